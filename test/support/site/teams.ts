import type { Viewer } from '#lib/api/pages/viewer.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';
import { createInvitation } from '#lib/site/teams/create-invitation.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';
import { type Scene, unique } from './scene.ts';
import type { TestSite } from './test-site.ts';

export interface TestTeam {
  id: string;
  slug: string;
  name: string;
  owner: Viewer;
}

/** Creates a team of a person; of a new one without `owner`. */
export async function newTeam(here: TestSite, { owner }: { owner?: Viewer } = {}): Promise<TestTeam> {
  const viewer = owner ?? (await here.newViewer());
  const team = await createTeam(here.site, { name: unique('Team') }, viewer);
  return { ...team, owner: await here.refresh(viewer) };
}

/** The secret in the address of an invitation. */
export function tokenOf({ url }: { url: string }): string {
  return url.split('/').at(-1)!;
}

/** Lets a person join by invitation; a new one without `viewer`. Returns them as a member. */
export async function joinTeam(here: TestSite, team: TestTeam, viewer?: Viewer): Promise<Viewer> {
  const person = viewer ?? (await here.newViewer());
  const invitation = await createInvitation(here.site, team.slug, {}, team.owner);
  await acceptInvitation(here.site, tokenOf(invitation), person);
  return here.refresh(person);
}

/** Creates a submission with an attempt in this state, as if the team had sent it. */
export async function newSubmissionOf(
  here: TestSite,
  scene: Scene,
  { id: teamId, owner }: TestTeam,
  {
    phaseId = scene.phaseId,
    state = 'QUEUED' as const,
  }: { phaseId?: string; state?: 'QUEUED' | 'RUNNING' | 'FAILED' } = {},
): Promise<{ id: string; evaluationId: string }> {
  const imageId = await scene.image(teamId);
  const row = await here.database.owner.submission.create({
    data: {
      ...{ phaseId, teamId, userId: owner.userId, imageId, algorithm: 'threshold 1' },
      evaluations: {
        create: {
          caseCount: 2,
          state,
          ...(state === 'QUEUED' ? {} : { startedAt: new Date() }),
          code: state === 'FAILED' ? 'SHAPE' : null,
        },
      },
    },
    include: { evaluations: true },
  });
  return { id: row.id, evaluationId: row.evaluations[0]!.id };
}
