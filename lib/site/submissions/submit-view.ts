import type { SubmitView } from '#lib/api/pages/submit.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { describeException, withException } from '#lib/domain/phases/exceptions.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { termsOf } from '#lib/site/challenges/challenge-view.ts';
import { type Challenge, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { phaseRules, phaseSummary, quotaView } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { readUploadedArchives } from './archives/uploaded-archives.ts';
import { readExceptions, readQuotas } from './read-quota.ts';

/** The form offers the latest archives; the API lists all, and takes older ones by ID. */
const ARCHIVES_OFFERED = { limit: 20 };

type Registered = NonNullable<SubmitView['teams'][number]['registration']>;

/** The registrations by the ID of the team. */
function readRegistered({ db, shared }: Site, challengeId: string): Promise<ReadonlyMap<string, Registered>> {
  return shared.read(`registered ${challengeId}`, async () => {
    const select = { teamId: true, state: true, reason: true, group: true, createdAt: true };
    const rows = await db.registration.findMany({ where: { challengeId }, select });
    return new Map(
      rows.map(({ teamId, createdAt, ...row }) => [teamId, { ...row, createdAt: createdAt.toISOString() }]),
    );
  });
}

/** The IDs of the teams that have accepted the terms as they are now. */
async function readAccepted(
  { db }: Site,
  { id: challengeId, terms, termsVersion: version }: Challenge,
  teams: readonly { id: string }[],
): Promise<ReadonlySet<string>> {
  if (terms === null) return new Set();
  const where = { challengeId, version, teamId: { in: teams.map(({ id }) => id) } };
  const rows = await db.termsAcceptance.findMany({ where, select: { teamId: true } });
  return new Set(rows.map(({ teamId }) => teamId));
}

/** The data of the submit page. Throws NOT_FOUND, NOT_SIGNED_IN. */
export async function submitView(site: Site, slug: string, viewer: Viewer | null): Promise<SubmitView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  const { teams } = authorize('submission.prepare', viewer, { challenge });
  const now = site.now();
  const registered = await readRegistered(site, challenge.id);
  const exceptions = await readExceptions(
    site.db,
    challenge.phases,
    teams.map(({ id }) => id),
  );
  const grantedIn = (phaseId: string) => exceptions.filter((exception) => exception.phaseId === phaseId);
  const accepted = await readAccepted(site, challenge, teams);
  const quotas: SubmitView['quotas'] = {};
  const archives: SubmitView['archives'] = {};
  for (const team of teams) {
    const [ofTeam, image, model] = await Promise.all([
      readQuotas(site.db, challenge.phases, team.id, now),
      readUploadedArchives(site.db, 'image', team.id, ARCHIVES_OFFERED),
      readUploadedArchives(site.db, 'model', team.id, ARCHIVES_OFFERED),
    ]);
    quotas[team.slug] = Object.fromEntries(
      challenge.phases.map((phase, index) => [phase.slug, quotaView(ofTeam[index]!)]),
    );
    archives[team.slug] = { image: image.archives, model: model.archives };
  }
  return {
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    // A phase is open as long as it is for one of the teams.
    phases: challenge.phases.map((phase) =>
      phaseSummary(grantedIn(phase.id).reduce(withException<typeof phase>, phase), now),
    ),
    exceptions: exceptions.map((exception) => {
      const phase = challenge.phases.find(({ id }) => id === exception.phaseId)!;
      return {
        phaseSlug: phase.slug,
        teamSlug: teams.find(({ id }) => id === exception.teamId)!.slug,
        text: describeException(exception, phase.zone),
      };
    }),
    rules: challenge.phases.map(phaseRules),
    rehearses: may('phase.rehearse', viewer, { challenge }),
    quotas,
    teams: teams.map(({ id, slug: teamSlug, name }) => ({
      slug: teamSlug,
      name,
      registered: registered.get(id)?.state === 'APPROVED',
      acceptedTerms: challenge.terms === null || accepted.has(id),
      registration: registered.get(id) ?? null,
    })),
    archives,
    questions: challenge.registrationQuestions,
    terms: termsOf(challenge),
    needsApproval: challenge.registration === 'APPROVAL',
  };
}
