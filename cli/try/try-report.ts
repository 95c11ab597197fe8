import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';

/** The report of `heldout try`, as --json writes it. */
export interface TryReport {
  /** `passed`: every case has valid outputs, and the scorer, if one was given, has scored them. */
  verdict: 'passed' | 'failed';
  /** `code`: why the image can’t be used; `id` is null if it wasn’t loaded. */
  image: { id: string | null; code: SubmissionErrorCode | null; message: string | null };
  cases: TriedCase[];
  /** null if none was given, or the image can’t be used. */
  scorer: TriedScorer | null;
}

export interface TriedCase {
  case: string;
  /** `valid`: valid outputs that aren’t scored, for want of a truth or an organizer’s scorer. */
  status: 'scored' | 'valid' | 'rejected' | 'failed';
  code: SubmissionErrorCode | null;
  message: string | null;
  seconds: number;
  peakMemoryBytes: number | null;
  /** Empty if there is no score. By an organizer’s scorer, a failed case has the declared worst values. */
  metrics: Readonly<Record<string, number | null>>;
}

export interface TriedScorer {
  /** 0 if it wasn’t run, because no case has outputs. */
  seconds: number;
  /** Metrics over all cases, by their names. */
  aggregates: Readonly<Record<string, number>>;
  /** Why the scorer failed; null if it didn’t. */
  problem: string | null;
}

/** All cases, with the scorer’s values unless it failed. */
export interface ScoredCases {
  scorer: TriedScorer;
  cases: TriedCase[];
  /** What the scorer knows each of the cases as. */
  names: string[];
}
