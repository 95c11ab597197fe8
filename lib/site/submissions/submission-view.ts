import { publicEvaluationSchema } from '#lib/api/evaluations.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { PublicSubmissionView, SharedSubmissionView, SubmissionView } from '#lib/api/submissions.ts';
import type { Audience } from '#lib/domain/disclosure/disclosure.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import { may, ofSubmission } from '#lib/site/authorization.ts';
import {
  labelWithAverage,
  phaseRules,
  phaseSummary,
  quotaView,
  shortId,
} from '#lib/site/challenges/phase-view.ts';
import { readCurrentLeaderboard, readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { isOfOrganizers } from './decisions/baselines.ts';
import { readQuotaReturn } from './decisions/decide.ts';
import { describeEvaluation } from './evaluation-view.ts';
import { findSubmission, type Submission } from './find-submission.ts';
import { readQuota } from './read-quota.ts';
import { readSelection } from './select-submission.ts';
import { readOthers } from './team-submissions.ts';
import { readTombstone } from './tombstones.ts';

const MAX_WAIT_FOR_RANKING_MS = 2000;

/** A submission as its team and the organizers see it, or as everybody else does. */
export async function submissionView(
  site: Site,
  id: string,
  viewer: Viewer | null,
): Promise<SubmissionView | PublicSubmissionView> {
  const { submission, evaluation, audience, rules } = await findSubmission(site, id, viewer);
  const [{ view: shown }, shared] = await Promise.all([
    describeEvaluation(site, submission.evaluations, evaluation.id, rules),
    readShared(site, submission, audience),
  ]);
  if (audience === 'public') {
    const createdAt = startOfMinute(submission.createdAt).toISOString();
    // The schema drops everything else.
    const visible = publicEvaluationSchema.parse(shown);
    return { ...shared, audience, createdAt, evaluation: visible };
  }
  const { phase, team, image, model, user, createdAt } = submission;
  const subject = ofSubmission(submission);
  const [quota, others, selection, quotaReturn, nameBaseline] = await Promise.all([
    readQuota(site.db, phase, team.id, site.now()),
    readOthers(site, submission),
    readSelection(site, submission, evaluation.state),
    readQuotaReturn(site, submission.id),
    may('submission.nameBaseline', viewer, subject) &&
      submission.standing !== 'REHEARSAL' &&
      isOfOrganizers(site.db, submission),
  ]);
  return {
    ...shared,
    audience,
    createdAt: createdAt.toISOString(),
    submittedBy: user.name,
    comment: submission.comment,
    image: archiveView(image),
    model: model && archiveView(model),
    viewerIsTeam: may('submission.create', viewer, { team }),
    viewerOrganizes: audience === 'organizer',
    viewerMay: {
      cancel: may('submission.cancel', viewer, subject),
      rerun: may('submission.rerun', viewer, subject),
      select: may('submission.select', viewer, subject),
      withdraw: may('submission.withdraw', viewer, subject),
      exclude: may('submission.exclude', viewer, subject),
      returnQuota: may('submission.returnQuota', viewer, subject),
      nameBaseline,
    },
    quotaReturn,
    evaluation: shown,
    quota: quotaView(quota),
    selection,
    others,
  };
}

async function readShared(
  site: Site,
  submission: Submission,
  audience: Audience,
): Promise<Omit<SharedSubmissionView, 'createdAt'>> {
  const { id, phase, team, algorithm, codeUrl, paperUrl, standing, baseline } = submission;
  const { challenge } = phase;
  const now = site.now();
  return {
    id,
    shortId: shortId(id),
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    phases: challenge.phases.map((one) => phaseSummary(one, now)),
    phase: phaseSummary(phase, now),
    rules: phaseRules(phase),
    team: { slug: team.slug, name: team.name },
    ...{ algorithm, codeUrl, paperUrl, standing, baseline },
    leaderboardEntry: await readEntry(site, submission, audience),
    tombstone: await readTombstone(site.db, id),
    asOf: now.toISOString(),
  };
}

function archiveView({ fileName, bytes, sha256 }: { fileName: string; bytes: bigint; sha256: string }) {
  return { fileName, bytes: Number(bytes), sha256 };
}

/** The team's entry. For the team itself, a score that has just been recorded is waited for. */
async function readEntry(
  site: Site,
  { phase, team }: Submission,
  audience: Audience,
): Promise<SubmissionView['leaderboardEntry']> {
  const { entries, metrics, summary } =
    audience === 'public'
      ? await readLeaderboard(site, phase)
      : await readCurrentLeaderboard(site, phase, audience, MAX_WAIT_FOR_RANKING_MS);
  const entry = entries.find(({ teamSlug }) => teamSlug === team.slug);
  if (!entry) return null;
  const { submissionId, rank, rankRange, scores } = entry;
  const primaryLabel = labelWithAverage(metrics[0]!, summary);
  return { submissionId, rank, rankRange, primaryLabel, primaryValue: scores[0]?.value ?? null };
}
