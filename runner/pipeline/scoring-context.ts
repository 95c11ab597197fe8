import type { CaseRecord } from '#lib/evaluations/record-progress.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { TestSet } from '#runner/secrets/test-set.ts';

/** What every way of scoring a case is given, and what it returns. */
export interface ScoringContext {
  phase: Pick<Phase, 'connectivity' | 'task' | 'acceptsMissingGeometry' | 'recordsVolumes'>;
  /** Keys of the metrics (lib/domain/tasks/task-metrics.ts). */
  metrics: readonly string[];
  testSet: Pick<TestSet, 'openTruths'>;
  scoring: ScoringPool;
  signal: AbortSignal;
}

export type ScoreRecord = Pick<CaseRecord, 'status' | 'code' | 'message' | 'metrics' | 'undefinedMetrics'>;
