import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { audienceOf } from '#lib/site/authorization.ts';
import { leaderboardMetrics, withTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import type { Audience, DisclosureRules } from './disclose-evaluation.ts';
import { pseudonymousCaseIds } from './pseudonymous-case-ids.ts';

const include = {
  team: true,
  image: true,
  model: true,
  user: { select: { name: true } },
  phase: {
    include: {
      ...withTestSet,
      challenge: {
        include: { organizers: true, phases: { orderBy: { position: 'asc' }, include: withTestSet } },
      },
    },
  },
  evaluations: { orderBy: { createdAt: 'desc' } },
} satisfies Prisma.SubmissionInclude;

export type Submission = ReturnType<typeof submissionFromRow>;

function submissionFromRow({
  phase: { challenge, ...phase },
  ...row
}: Prisma.SubmissionGetPayload<{ include: typeof include }>) {
  const phases = challenge.phases.map((one) => phaseFromRow(one));
  return { ...row, phase: { ...phaseFromRow(phase), challenge: { ...challenge, phases } } };
}

export interface FoundSubmission {
  submission: Submission;
  /** The latest attempt. */
  evaluation: Submission['evaluations'][number];
  audience: Audience;
  rules: DisclosureRules;
}

/**
 * A submission and the audience that the viewer belongs to. Scored submissions are public, like the
 * leaderboard; others are visible only to the team and the organizers. Throws NOT_FOUND, NOT_SIGNED_IN,
 * FORBIDDEN.
 */
export async function findSubmission(
  site: Pick<Site, 'db' | 'environment'>,
  id: string,
  viewer: Viewer | null,
): Promise<FoundSubmission> {
  const isId = z.uuid().safeParse(id).success;
  const row = isId ? await site.db.submission.findUnique({ where: { id }, include }) : null;
  const evaluation = row?.evaluations[0];
  if (!row || !evaluation) throw new DomainError('NOT_FOUND', 'This submission doesn’t exist.');
  const submission = submissionFromRow(row);
  const audience = audienceOf(submission, viewer);
  if (audience === 'public' && evaluation.state !== 'SCORED') {
    if (!viewer) throw new DomainError('NOT_SIGNED_IN', 'Sign in to see a submission without a score.');
    throw new DomainError('FORBIDDEN', 'Only its team and the organizers can see this submission.');
  }
  const { phase } = submission;
  const { kind, decimals, showsCaseScores } = phase;
  const pseudonymousId = pseudonymousCaseIds(site.environment.sessionSecret, phase.id, evaluation.caseCount);
  return {
    submission,
    evaluation,
    audience,
    rules: { audience, kind, showsCaseScores, decimals, metrics: leaderboardMetrics(phase), pseudonymousId },
  };
}
