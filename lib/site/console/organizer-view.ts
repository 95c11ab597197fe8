import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  ERROR_EXPLANATIONS,
  isPlatformErrorCode,
  isSubmissionErrorCode,
} from '#lib/domain/evaluations/codes.ts';
import { endedWithPlatformError } from '#lib/domain/evaluations/state.ts';
import { readQueueOrder } from '#lib/platform/queue/queue.ts';
import { requireOrganizer } from '#lib/site/authorization.ts';
import { describeChallenge } from '#lib/site/challenges/challenge-view.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { readRunners, unservedPhases } from './runners-view.ts';

const AUDIT_EVENTS_SHOWN = 100;

/** The console of a challenge, for its organizers. */
export async function organizerView(site: Site, slug: string, viewer: Viewer | null): Promise<OrganizerView> {
  const challenge = await findChallenge(site, slug);
  requireOrganizer(challenge, viewer);
  const [attempts, runners, places] = await Promise.all([
    readAttempts(site, challenge.id),
    readRunners(site, challenge.id),
    readQueuePlaces(site),
  ]);
  return {
    challenge: await describeChallenge(site, challenge, viewer),
    testSets: await readTestSets(site, challenge.id),
    runners,
    queue: attempts
      .filter(({ state }) => state === 'QUEUED')
      .map(({ evaluationId, id, teamName, phaseSlug, phaseTitle, queuedAt }) => ({
        evaluationId,
        submissionId: id,
        teamName,
        phaseSlug,
        phaseTitle,
        createdAt: queuedAt,
        place: places.get(evaluationId) ?? places.size + 1,
      }))
      .sort((a, b) => a.place - b.place),
    queueLength: places.size,
    unserved: unservedPhases(challenge.phases, runners, site.now()),
    submissions: attempts.map(({ evaluationId: _, queuedAt: __, errors: ___, endedAt: ____, ...row }) => row),
    platformFailures: attempts.filter(endedWithPlatformError).length,
    triage: triage(attempts),
    audit: await readAudit(site, challenge.id),
    asOf: site.now().toISOString(),
  };
}

type Attempt = OrganizerView['submissions'][number] & {
  evaluationId: string;
  queuedAt: string;
  endedAt: string;
  /** Codes of its failed cases and of the evaluation itself. */
  errors: string[];
};

/** Submissions with their latest attempt, newest first. */
async function readAttempts({ db }: Site, challengeId: string): Promise<Attempt[]> {
  const rows = await db.submission.findMany({
    where: { phase: { challengeId } },
    include: {
      team: true,
      phase: true,
      evaluations: {
        orderBy: { createdAt: 'desc' },
        take: 1,
        include: { caseScores: { select: { status: true, code: true } } },
      },
    },
    orderBy: { createdAt: 'desc' },
  });
  return rows.flatMap(({ id, team, phase, algorithm, createdAt, evaluations: [evaluation] }) => {
    if (!evaluation) return [];
    const { state, code, message, caseCount, requeues, platformCode, caseScores, finishedAt } = evaluation;
    const failed = caseScores.filter(({ status }) => status !== 'SCORED');
    const caseCodes = failed.flatMap((one) => one.code ?? []);
    return {
      id,
      shortId: shortId(id),
      teamName: team.name,
      teamSlug: team.slug,
      phaseSlug: phase.slug,
      phaseTitle: phase.title,
      algorithm,
      createdAt: createdAt.toISOString(),
      state,
      code,
      message,
      caseCount,
      scored: caseScores.length - failed.length,
      failed: failed.length,
      requeues,
      platformCode,
      evaluationId: evaluation.id,
      queuedAt: evaluation.createdAt.toISOString(),
      endedAt: (finishedAt ?? evaluation.createdAt).toISOString(),
      errors: [...(code ? [code] : []), ...(platformCode ? [platformCode] : []), ...caseCodes],
    };
  });
}

/** The place of each queued evaluation, from 1. */
async function readQueuePlaces({ db }: Site): Promise<Map<string, number>> {
  return new Map((await readQueueOrder(db)).map((id, index) => [id, index + 1]));
}

/** How many submissions each error code affects, and of which teams. */
function triage(attempts: readonly Attempt[]): OrganizerView['triage'] {
  const found = attempts.flatMap((attempt) =>
    [...new Set(attempt.errors)].map((code) => ({ code, attempt })),
  );
  const groups = Map.groupBy(found, ({ code }) => code);
  const rows = [...groups].map(([code, entries]) => {
    const known = isSubmissionErrorCode(code) || isPlatformErrorCode(code);
    return {
      code,
      side: isSubmissionErrorCode(code) ? ('team' as const) : ('platform' as const),
      meaning: ERROR_EXPLANATIONS[known ? code : 'INTERNAL'].meaning,
      count: entries.length,
      teams: [...new Set(entries.map(({ attempt }) => attempt.teamName))].sort(),
      latestAt: entries
        .map(({ attempt }) => attempt.endedAt)
        .sort()
        .at(-1)!,
    };
  });
  return rows.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

async function readTestSets({ db }: Site, challengeId: string): Promise<OrganizerView['testSets']> {
  const rows = await db.testSet.findMany({
    where: { challengeId },
    include: { phases: { select: { slug: true } } },
    orderBy: { createdAt: 'desc' },
  });
  return rows.map(({ id, recipient, caseCount, bytes, sha256, createdAt, phases }) => ({
    id,
    recipient,
    caseCount,
    bytes: Number(bytes),
    sha256,
    createdAt: createdAt.toISOString(),
    phaseSlugs: phases.map(({ slug }) => slug),
  }));
}

async function readAudit({ db }: Site, challengeId: string): Promise<OrganizerView['audit']> {
  const rows = await db.auditEvent.findMany({
    where: { challengeId },
    orderBy: { at: 'desc' },
    take: AUDIT_EVENTS_SHOWN,
  });
  return rows.map(({ at, actor, action, detail }) => ({ at: at.toISOString(), actor, action, detail }));
}
