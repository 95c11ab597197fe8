import { fillMissingCases, type IndexedCase } from '#lib/domain/evaluations/fill-missing-cases.ts';
import type { RescoredCase, RescoredSubmission } from '#lib/domain/evaluations/rescore.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import type { readPhase, readScoredEvaluations } from '#lib/evaluations/read-phase-scores.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { ScoringContext } from '#runner/pipeline/scoring-context.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import type { TestSet } from '#runner/secrets/test-set.ts';

/** What rescoring is given, and what it makes of each evaluation. */

export type PhaseToRescore = NonNullable<Awaited<ReturnType<typeof readPhase>>>;

export interface RescoreContext extends ScoringContext {
  testSet: TestSet;
  predictions: Store;
  key: RunnerKey;
}

export type Evaluations = Awaited<ReturnType<typeof readScoredEvaluations>>;
export type Rescored = Pick<RescoredSubmission, 'sets'> & {
  cases: RescoredCase[];
  /** Of metrics over the set, by `replicateValues`; only where they will be stored. */
  replicates?: Readonly<Record<string, Float64Array>>;
};

export interface ToRescore {
  phase: PhaseToRescore;
  evaluations: Evaluations;
  onCase: () => void;
  /** Whether the scores will be stored, with the replicates of metrics over the set. */
  isStored: boolean;
}

/** The recorded cases, before any is rescored. */
export function casesBefore(recorded: readonly IndexedCase[], caseCount: number): RescoredCase[] {
  return fillMissingCases(caseCount, recorded).map((before) => ({
    before,
    after: before,
    origin: before.status === 'FAILED' ? 'failed' : 'notKept',
  }));
}

export function isKept({ predictionBlob }: { predictionBlob: string | null }): boolean {
  return predictionBlob !== null;
}

/** `after` is null if the kept prediction is lost. */
export function rescoredCase(
  { before }: RescoredCase,
  after: (RecordedCase & { code?: string | null; message?: string | null }) | null,
): RescoredCase {
  if (!after) return { before, after: before, origin: 'lost' };
  const { status, metrics, undefinedMetrics, code = null, message = null } = after;
  return {
    before,
    after: { status, metrics, undefinedMetrics },
    origin: 'scoredAgain',
    reason: { code, message },
  };
}
