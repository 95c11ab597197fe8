import type { CaseDisclosure, CaseErrorGroup, CaseScoreView, EvaluationView } from '#lib/api/evaluations.ts';
import type { LeaderboardMetric } from '#lib/api/leaderboards.ts';
import {
  ERROR_EXPLANATIONS,
  type ErrorCode,
  isPlatformErrorCode,
  isSubmissionErrorCode,
} from '#lib/domain/evaluations/codes.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import { caseDecimals, roundOrNull } from '#lib/domain/metrics/rounding.ts';
import type { CaseStatus, Evaluation, Score } from '#prisma-client';
import type { CaseNamer } from './pseudonymous-case-ids.ts';

/**
 * What leaves an evaluation, by who asks. In a hidden phase a team gets states, counts, codes with their fixed
 * sentences and rounded aggregates; whatever a container wrote, and when exactly it did what, stays with the
 * organizers: it could carry the hidden scans out. What is counted while it runs is what was done before the last
 * whole minute: a count that moves as each case ends would be a clock for it. Scores of single cases come to it where the phase says so,
 * when all are in, under pseudonymous IDs; which case failed does not.
 */
export type Audience = 'public' | 'team' | 'organizer';

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
  scores: readonly Score[];
  queue: { place: number; length: number } | null;
  /** Why no runner takes it; null where one can. */
  waitsFor: string | null;
  now: Date;
}

export interface DisclosureRules {
  audience: Audience;
  kind: 'OPEN' | 'HIDDEN';
  /** A hidden phase shows teams the scores of single cases. */
  showsCaseScores: boolean;
  decimals: number;
  /** The phase's metrics, the primary one first. */
  metrics: readonly LeaderboardMetric[];
  /** The cases' ids in a hidden phase. */
  pseudonymousId: CaseNamer;
}

/**
 * Found before anything of the image runs, so that no detail can tell of a scan. A server that does not get
 * healthy is not among them: an earlier container of the phase may have left it word (docs/administrators/sandbox.md, page cache).
 */
const BEFORE_ANY_RUN: readonly string[] = ['IMAGE_INVALID', 'IMAGE_TOO_LARGE', 'NO_ENTRYPOINT'];
/** For evaluations that are not retried anymore. */
const PLATFORM_FAILURE_STEPS: readonly string[] = [
  'It uses no quota, and your upload is kept.',
  'The organizers can rerun it, even after the phase has closed. While the phase is open, you can also submit the same archive again.',
];
/** A log's end says why; a page that is sent several times a second need not hold more. */
const LOG_CHARACTERS = 16_384;
const MAX_CASES_PER_ERROR = 10;
/** How coarse the times and counts of a hidden evaluation are. */
export const MINUTE_MS = 60_000;

export function discloseEvaluation(
  { cases: recorded, ...facts }: EvaluationFacts,
  rules: DisclosureRules,
): EvaluationView {
  const { evaluation, queue, waitsFor, now } = facts;
  const insider = rules.audience !== 'public';
  const inDetail = rules.audience === 'organizer' || (rules.audience === 'team' && rules.kind === 'OPEN');
  const isCoarse = !inDetail && !isFinal(evaluation.state);
  const cases = isCoarse ? recorded.filter(({ recordedAt }) => recordedAt < minuteOf(now)) : recorded;
  const failedCases = cases.filter(({ status }) => status !== 'SCORED');
  const caseDisclosure = disclosureOfCases(rules, evaluation.state === 'SCORED');
  return {
    id: evaluation.id,
    state: evaluation.state,
    caseCount: evaluation.caseCount,
    scored: cases.length - failedCases.length,
    failed: failedCases.length,
    // As a number that changes with each container it would be a clock for them.
    running: isCoarse ? Math.min(evaluation.runningCases, 1) : evaluation.runningCases,
    queuePlace: queue?.place ?? null,
    queueLength: queue?.length ?? null,
    waitsFor: insider ? waitsFor : null,
    ...discloseTimes({ evaluation, cases }, inDetail),
    requeues: evaluation.requeues,
    platformError: insider ? platformError(evaluation.platformCode) : null,
    error: insider ? describeError(evaluation, inDetail) : null,
    caseErrors: insider ? caseErrors(failedCases, inDetail) : [],
    scores: evaluation.state === 'SCORED' ? aggregates(facts.scores, rules) : [],
    caseDisclosure,
    caseScores: discloseCases(cases, caseDisclosure, rules),
  };
}

/**
 * Who sees single cases. During the evaluation, only those who see everything: scores that arrive one by one would show
 * when each case was done. The public sees of an open phase what the scores are made of, of a hidden one
 * nothing: another team's scores under the same ids would be a second look at the test set.
 */
function disclosureOfCases(
  { audience, kind, showsCaseScores }: DisclosureRules,
  scored: boolean,
): CaseDisclosure {
  if (audience === 'organizer' || (audience === 'team' && kind === 'OPEN')) return 'ALL';
  if (!scored) return 'NONE';
  if (kind === 'OPEN') return 'SCORES';
  return audience === 'team' && showsCaseScores ? 'PSEUDONYMOUS' : 'NONE';
}

type Times = Pick<EvaluationView, 'createdAt' | 'startedAt' | 'imageReadyAt' | 'firstCaseAt' | 'finishedAt'>;

/** Exact where the reader may know; else down to the minute, and never before the submission. */
function discloseTimes(
  { evaluation, cases }: Pick<EvaluationFacts, 'evaluation' | 'cases'>,
  exact: boolean,
): Times {
  const { createdAt, startedAt, imageReadyAt, finishedAt } = evaluation;
  const recorded = cases.map(({ recordedAt }) => recordedAt.getTime());
  const firstCaseAt = recorded.length > 0 ? new Date(Math.min(...recorded)) : null;
  const disclose = (at: Date | null) => {
    if (!at) return null;
    const minute = minuteOf(at);
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

/** The whole minute that it falls into. */
function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
}

function platformError(code: string | null): EvaluationView['platformError'] {
  return code !== null && isPlatformErrorCode(code)
    ? { code, meaning: ERROR_EXPLANATIONS[code].meaning }
    : null;
}

function describeError(evaluation: Evaluation, inDetail: boolean): EvaluationView['error'] {
  if (evaluation.state !== 'FAILED') return null;
  const code = knownCode(evaluation.code);
  const tells = inDetail || BEFORE_ANY_RUN.includes(code);
  const { meaning, steps } = ERROR_EXPLANATIONS[code];
  return {
    code,
    meaning,
    steps: isPlatformErrorCode(code) ? PLATFORM_FAILURE_STEPS : steps,
    count: 0,
    cases: [],
    message: tells ? evaluation.message : null,
  };
}

function caseErrors(failed: readonly CaseDetail[], inDetail: boolean): CaseErrorGroup[] {
  const groups = Map.groupBy(failed, ({ code }) => knownCode(code));
  const disclosed = [...groups].map(([code, rows]): CaseErrorGroup => {
    const ordered = rows.toSorted((a, b) => a.caseIndex - b.caseIndex).slice(0, MAX_CASES_PER_ERROR);
    const cases = ordered.map(({ caseIndex, message, log }) => ({
      caseNumber: caseIndex + 1,
      message,
      log: log?.slice(-LOG_CHARACTERS) ?? null,
    }));
    return { code, ...ERROR_EXPLANATIONS[code], count: rows.length, cases: inDetail ? cases : [] };
  });
  // By how many, then by code: the order of the cases would tell which came first.
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
  disclosure: CaseDisclosure,
  { decimals, metrics, pseudonymousId }: DisclosureRules,
): CaseScoreView[] {
  if (disclosure === 'NONE') return [];
  const places = caseDecimals(decimals);
  const disclosed = cases.filter(({ status }) => disclosure === 'ALL' || status === 'SCORED');
  const views = disclosed
    .toSorted((a, b) => a.caseIndex - b.caseIndex)
    .map((row): CaseScoreView => {
      // The phase's metrics alone: a row may hold what the phase does not show.
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

/** An unknown code is shown as INTERNAL, because it can only come from a bug of the platform. */
function knownCode(code: string | null): ErrorCode {
  return code !== null && (isSubmissionErrorCode(code) || isPlatformErrorCode(code)) ? code : 'INTERNAL';
}
