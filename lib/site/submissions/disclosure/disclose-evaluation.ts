import type { CaseErrorGroup, CaseScoreView, EvaluationView } from '#lib/api/evaluations.ts';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import {
  type Audience,
  type DisclosedPhase,
  discloseSubmission,
  type LadderDecision,
  type SubmissionDisclosure,
  showsDetail as showsDetailTo,
} from '#lib/domain/disclosure/disclosure.ts';
import {
  ERROR_EXPLANATIONS,
  type ErrorCode,
  isPlatformErrorCode,
  isSubmissionErrorCode,
} from '#lib/domain/evaluations/codes.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import { caseDecimals, roundOrNull } from '#lib/domain/metrics/rounding.ts';
import { MINUTE_MS, startOfMinute } from '#lib/domain/minutes.ts';
import { costsQuota, costsQuotaOnceCancelled, type QuotaAttempt } from '#lib/domain/phases/quota/quota.ts';
import type { Silence } from '#lib/domain/runners/silence.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import type { CaseStatus, Evaluation } from '#prisma-client';
import type { PseudonymousCaseId } from './pseudonymous-case-ids.ts';
import type { Score } from './shown-scores.ts';

/**
 * Reduces an evaluation to what its audience sees. Whether it sees scores and single cases is decided in
 * lib/domain/disclosure. In a hidden phase, a team sees states, counts, error codes with their fixed texts, and
 * rounded aggregates. Only organizers see what a container wrote and
 * exactly when it did what, because either could carry hidden scans out. During the evaluation, counts
 * include only what was done before the current minute: a count that changed as each case ends would reveal
 * its time. If the phase allows it, the team also sees the scores of single cases when the evaluation is
 * scored, under pseudonymous IDs, but not which cases failed.
 */
export interface CaseDetail {
  caseIndex: number;
  status: CaseStatus;
  code: string | null;
  message: string | null;
  metrics: Readonly<Record<string, number | null>>;
  log: string | null;
  recordedAt: Date;
}

export interface EvaluationFacts {
  evaluation: Evaluation;
  cases: readonly CaseDetail[];
  /** Of the cases that its audience may know of (`readShownScores`). */
  scores: readonly Score[];
  ladder: LadderDecision;
  queue: { place: number; length: number } | null;
  /** Why no runner can take it; null if one can. */
  waitsFor: string | null;
  silence: Silence | null;
  /** All attempts of the submission. */
  attempts: readonly QuotaAttempt[];
  /** Whether it uses no quota whatever becomes of it: organizers gave it back, or it is a baseline or a rehearsal. */
  isFree: boolean;
  now: Date;
}

export interface DisclosureRules {
  audience: Audience;
  phase: DisclosedPhase & Pick<Phase, 'id' | 'task'>;
  decimals: number;
  /** The phase's metrics, the primary one first. */
  metrics: readonly LeaderboardMetric[];
  /** For each case of the test set, whether it counts only in the final ranking. */
  heldBack: readonly boolean[];
  /** Returns the IDs of cases in a hidden phase. */
  pseudonymousId: PseudonymousCaseId;
}

/**
 * Errors found before the image runs, so their details can't reveal anything about a scan. A server that
 * doesn't become healthy isn't one of them: an earlier container of the phase may have left data in the page
 * cache (docs/administrators/sandbox.md, page cache).
 */
const CODES_BEFORE_EXECUTION: readonly string[] = ['IMAGE_INVALID', 'IMAGE_TOO_LARGE', 'NO_ENTRYPOINT'];
/** For evaluations that are not retried anymore. */
const PLATFORM_FAILURE_STEPS: readonly string[] = [
  'It uses no quota, and your upload is kept.',
  'The organizers can rerun it, even after the phase has closed. While the phase is open, you can also submit the same archive again.',
];
/**
 * The end of a log explains the failure. A page that is sent several times per second shouldn't contain more.
 */
export const LOG_CHARACTERS = 16_384;
const MAX_CASES_PER_ERROR = 10;

export function discloseEvaluation(
  { cases: recorded, ...facts }: EvaluationFacts,
  rules: DisclosureRules,
): EvaluationView {
  const { evaluation, queue, waitsFor, silence, attempts, isFree, now } = facts;
  const isTeamOrOrganizer = rules.audience !== 'public';
  const disclosure = disclosureOf(facts, rules);
  const showsDetail = showsDetailOf(rules);
  const isCoarse = !showsDetail && !isFinal(evaluation.state);
  const cases = isCoarse ? recorded.filter(({ recordedAt }) => recordedAt < startOfMinute(now)) : recorded;
  const failedCases = cases.filter(({ status }) => status !== 'SCORED');
  return {
    id: evaluation.id,
    state: evaluation.state,
    caseCount: evaluation.caseCount,
    scored: cases.length - failedCases.length,
    failed: failedCases.length,
    // The exact number would reveal when each container starts and ends.
    running: silence ? 0 : isCoarse ? Math.min(evaluation.runningCases, 1) : evaluation.runningCases,
    queuePlace: queue?.place ?? null,
    queueLength: queue?.length ?? null,
    waitsFor: isTeamOrOrganizer ? waitsFor : null,
    runnerSilence: isTeamOrOrganizer && silence ? discloseSilence(silence, showsDetail) : null,
    ...discloseTimes({ evaluation, cases }, showsDetail),
    requeues: evaluation.requeues,
    usesQuota: !isFree && costsQuota(attempts),
    usesQuotaOnceCancelled: !isFree && costsQuotaOnceCancelled(attempts),
    platformError: isTeamOrOrganizer ? platformError(evaluation, rules) : null,
    error: isTeamOrOrganizer ? describeError(evaluation, showsDetail) : null,
    caseErrors: isTeamOrOrganizer ? caseErrors(failedCases, showsDetail) : [],
    withheld: disclosure.withheld === 'NOT_SCORED' ? null : disclosure.withheld,
    leavesOutHeldBack: disclosure.withheld === null && disclosure.leavesOutHeldBack,
    scores: disclosure.withheld === null ? aggregates(facts.scores, rules) : [],
    caseDisclosure: disclosure.cases,
    caseScores: discloseCases(cases, disclosure, rules),
  };
}

/** Who sees what a container wrote, and exact times. */
export function showsDetailOf({ audience, phase }: Pick<DisclosureRules, 'audience' | 'phase'>): boolean {
  return showsDetailTo(phase, audience);
}

/** What the audience sees of the scores. */
export function disclosureOf(
  { evaluation, ladder }: { evaluation: Pick<Evaluation, 'state'>; ladder: LadderDecision },
  { audience, phase }: Pick<DisclosureRules, 'audience' | 'phase'>,
): SubmissionDisclosure {
  return discloseSubmission(phase, { isScored: evaluation.state === 'SCORED', ladder }, audience);
}

type Times = Pick<EvaluationView, 'createdAt' | 'startedAt' | 'imageReadyAt' | 'firstCaseAt' | 'finishedAt'>;

/**
 * Exact times for readers who may see them, otherwise rounded down to the minute, but never before the
 * submission.
 */
function discloseTimes(
  { evaluation, cases }: Pick<EvaluationFacts, 'evaluation' | 'cases'>,
  exact: boolean,
): Times {
  const { createdAt, startedAt, imageReadyAt, finishedAt } = evaluation;
  const recorded = cases.map(({ recordedAt }) => recordedAt.getTime());
  const firstCaseAt = recorded.length > 0 ? new Date(Math.min(...recorded)) : null;
  const disclose = (at: Date | null) => {
    if (!at) return null;
    const minute = startOfMinute(at);
    return (exact ? at : minute < createdAt ? createdAt : minute).toISOString();
  };
  return {
    createdAt: createdAt.toISOString(),
    startedAt: disclose(startedAt),
    imageReadyAt: disclose(imageReadyAt),
    firstCaseAt: disclose(firstCaseAt),
    finishedAt: disclose(finishedAt),
  };
}

/** Like other times; the end of the lease is rounded up, so that it is over by then. */
function discloseSilence(
  { since, leaseExpiresAt }: Silence,
  exact: boolean,
): EvaluationView['runnerSilence'] {
  const end = exact ? leaseExpiresAt : startOfMinute(new Date(leaseExpiresAt.getTime() + MINUTE_MS - 1));
  return { since: (exact ? since : startOfMinute(since)).toISOString(), leaseExpiresAt: end.toISOString() };
}

function platformError(
  { platformCode: code, scorerProblem }: Evaluation,
  { audience }: DisclosureRules,
): EvaluationView['platformError'] {
  if (code === null || !isPlatformErrorCode(code)) return null;
  // It can hold the truth, which the scorer reads.
  const detail = code === 'SCORER_FAILED' && audience === 'organizer' ? scorerProblem : null;
  return { code, meaning: ERROR_EXPLANATIONS[code].meaning, detail };
}

function describeError(evaluation: Evaluation, showsDetail: boolean): EvaluationView['error'] {
  if (evaluation.state !== 'FAILED') return null;
  const code = knownCode(evaluation.code);
  const showsMessage = showsDetail || CODES_BEFORE_EXECUTION.includes(code);
  const { meaning, steps } = ERROR_EXPLANATIONS[code];
  return {
    code,
    meaning,
    steps: isPlatformErrorCode(code) ? PLATFORM_FAILURE_STEPS : steps,
    count: 0,
    cases: [],
    message: showsMessage ? evaluation.message : null,
  };
}

function caseErrors(failed: readonly CaseDetail[], showsDetail: boolean): CaseErrorGroup[] {
  const groups = Map.groupBy(failed, ({ code }) => knownCode(code));
  const disclosed = [...groups].map(([code, rows]): CaseErrorGroup => {
    const ordered = rows.toSorted((a, b) => a.caseIndex - b.caseIndex).slice(0, MAX_CASES_PER_ERROR);
    const cases = ordered.map(({ caseIndex, message, log }) => ({
      caseNumber: caseIndex + 1,
      message,
      log: log?.slice(-LOG_CHARACTERS) ?? null,
    }));
    return { code, ...ERROR_EXPLANATIONS[code], count: rows.length, cases: showsDetail ? cases : [] };
  });
  // Sorted by count, then by code. The order of the cases would reveal which failed first.
  return disclosed.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

function aggregates(scores: readonly Score[], { metrics, decimals }: DisclosureRules) {
  return metrics.flatMap((metric) => {
    const score = scores.find((candidate) => candidate.metric === metric.metric);
    if (!score) return [];
    const { version, failed, n } = score;
    const [mean, median] = [roundOrNull(score.mean, decimals), roundOrNull(score.median, decimals)];
    return [{ ...metric, version, mean, median, failed, n }];
  });
}

function discloseCases(
  cases: readonly CaseDetail[],
  { cases: disclosure, leavesOutHeldBack }: SubmissionDisclosure,
  { decimals, metrics, heldBack, pseudonymousId }: DisclosureRules,
): CaseScoreView[] {
  if (disclosure === 'NONE') return [];
  const places = caseDecimals(decimals);
  const disclosed = cases.filter(
    ({ status, caseIndex }) =>
      (disclosure === 'ALL' || status === 'SCORED') && !(leavesOutHeldBack && heldBack[caseIndex]),
  );
  const views = disclosed
    .toSorted((a, b) => a.caseIndex - b.caseIndex)
    .map((row): CaseScoreView => {
      // Only the phase's metrics, because a row may contain metrics that the phase doesn't show.
      const shown = row.status === 'SCORED' ? metrics.map(({ metric }) => metric) : [];
      return {
        caseId: disclosure === 'PSEUDONYMOUS' ? pseudonymousId(row.caseIndex) : String(row.caseIndex + 1),
        status: row.status,
        code: disclosure === 'ALL' ? row.code : null,
        metrics: Object.fromEntries(
          shown.map((name) => [name, roundOrNull(row.metrics[name] ?? null, places)]),
        ),
      };
    });
  if (disclosure !== 'PSEUDONYMOUS') return views;
  return views.sort((a, b) => (a.caseId < b.caseId ? -1 : 1));
}

/** An unknown code is a bug, so it is shown as an internal error. */
function knownCode(code: string | null): ErrorCode {
  return code !== null && (isSubmissionErrorCode(code) || isPlatformErrorCode(code)) ? code : 'INTERNAL';
}
