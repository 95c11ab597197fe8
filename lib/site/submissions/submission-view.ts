import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { isTeamMember } from '#lib/site/authorization.ts';
import { phaseRules, phaseSummary, quotaView, shortId } from '#lib/site/challenges/phase-view.ts';
import { readCurrentLeaderboard, readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { readEvaluation } from './evaluation-view.ts';
import { findSubmission, type Submission } from './find-submission.ts';
import { readQuota } from './read-quota.ts';

const MAX_WAIT_FOR_RANKING_MS = 2000;

export async function submissionView(site: Site, id: string, viewer: Viewer | null): Promise<SubmissionView> {
  const { submission, evaluation, audience, rules } = await findSubmission(site, id, viewer);
  const { phase, team, image, model, user, algorithm, createdAt } = submission;
  const { challenge } = phase;
  const now = site.now();
  const isTeamOrOrganizer = audience !== 'public';
  return {
    id: submission.id,
    shortId: shortId(submission.id),
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    phases: challenge.phases.map((one) => phaseSummary(one, now)),
    phase: phaseSummary(phase, now),
    rules: phaseRules(phase),
    team: { slug: team.slug, name: team.name },
    // The public doesn't see which member submitted.
    submittedBy: isTeamOrOrganizer ? user.name : '',
    algorithm,
    createdAt: createdAt.toISOString(),
    image: archiveView(image),
    model: model && archiveView(model),
    viewerIsTeam: isTeamMember(team.id, viewer),
    viewerOrganizes: audience === 'organizer',
    evaluation: (await readEvaluation(site, evaluation.id, rules)).view,
    quota: isTeamOrOrganizer ? quotaView(await readQuota(site.db, phase, team.id, now)) : null,
    others: await readOthers(site, submission, isTeamOrOrganizer),
    leaderboardEntry: await readEntry(site, submission, isTeamOrOrganizer),
    asOf: now.toISOString(),
  };
}

function archiveView({ fileName, bytes, sha256 }: { fileName: string; bytes: bigint; sha256: string }) {
  return { fileName, bytes: Number(bytes), sha256 };
}

async function readOthers({ db }: Site, { id, phaseId, teamId }: Submission, isTeamOrOrganizer: boolean) {
  const rows = await db.submission.findMany({
    where: { phaseId, teamId, id: { not: id } },
    include: { evaluations: { orderBy: { createdAt: 'desc' }, take: 1, select: { state: true } } },
    orderBy: { createdAt: 'desc' },
  });
  return rows.flatMap(({ id: other, algorithm, createdAt, evaluations: [latest] }) => {
    if (!latest || (!isTeamOrOrganizer && latest.state !== 'SCORED')) return [];
    const at = createdAt.toISOString();
    return [{ id: other, shortId: shortId(other), algorithm, state: latest.state, createdAt: at }];
  });
}

/** The team's entry. For the team itself, a score that has just been recorded is waited for. */
async function readEntry(
  site: Site,
  { phase, team }: Submission,
  isTeamOrOrganizer: boolean,
): Promise<SubmissionView['leaderboardEntry']> {
  const { entries, metrics } = isTeamOrOrganizer
    ? await readCurrentLeaderboard(site, phase, MAX_WAIT_FOR_RANKING_MS)
    : await readLeaderboard(site, phase);
  const entry = entries.find(({ teamSlug }) => teamSlug === team.slug);
  if (!entry) return null;
  const { submissionId, rank, rankInterval, scores } = entry;
  const primaryMean = scores[0]?.mean ?? null;
  return { submissionId, rank, rankInterval, primaryLabel: metrics[0]!.label, primaryMean };
}
