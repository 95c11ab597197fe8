import { randomUUID } from 'node:crypto';
import { fillMissingCases } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { type MetricScore, metricScores } from '#lib/domain/evaluations/metric-scores.ts';
import { encodeVolumes } from '#lib/domain/evaluations/volumes.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { finishScored } from '#lib/evaluations/finish-evaluation.ts';
import { type CaseRecord, recordCase } from '#lib/evaluations/record-progress.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { TestDatabase } from '#test/support/database.ts';

export type TestCaseRecord = Pick<CaseRecord, 'status'> & Partial<CaseRecord>;

/** Records an evaluation's cases and scores as a runner does: with a lease and the runner's login. `overSet` are the scores over the set. */
export async function recordScores(
  database: Pick<TestDatabase, 'owner' | 'runner'>,
  evaluationId: string,
  cases: readonly TestCaseRecord[],
  overSet: readonly MetricScore[] = [],
): Promise<void> {
  await finish(database, await recordCases(database, evaluationId, cases), overSet);
}

/** The same in one statement for all cases, where many submissions are only a test's data. */
export async function recordScoresAtOnce(
  database: Pick<TestDatabase, 'owner' | 'runner'>,
  evaluationId: string,
  cases: readonly TestCaseRecord[],
): Promise<void> {
  const leased = await startRecording(database, evaluationId, cases);
  await database.owner.caseScore.createMany({
    data: leased.records.map(({ caseIndex, status, code, metrics, undefinedMetrics }) => {
      return { evaluationId, caseIndex, status, code, metrics, undefinedMetrics: [...undefinedMetrics] };
    }),
  });
  const failedCases = cases.filter(({ status }) => status !== 'SCORED').length;
  const data = { failedCases, scoredCases: cases.length - failedCases };
  await database.owner.evaluation.update({ where: { id: evaluationId }, data });
  await finish(database, leased);
}

async function finish(
  database: Pick<TestDatabase, 'runner'>,
  { lease, evaluation, records }: Awaited<ReturnType<typeof startRecording>>,
  overSet: readonly MetricScore[] = [],
): Promise<void> {
  const { testSet, ...phase } = evaluation.submission.phase;
  const { task, metrics: named, recordsVolumes } = phaseFromRow(phase);
  const metrics = named
    .map(({ metric }) => requireMetric(task, metric))
    .filter(({ over }) => over === 'case');
  const { worst } = testSetFromRow(testSet!);
  const complete = fillMissingCases(evaluation.caseCount, records);
  const scores = [...metricScores(complete, metrics, worst), ...overSet];
  const volumes = recordsVolumes ? encodeVolumes(complete) : [];
  await finishScored(database.runner, lease, scores, { volumes });
}

/** Records an evaluation's cases as a runner does, and leaves it RUNNING. */
export async function recordCases(
  { owner, runner }: Pick<TestDatabase, 'owner' | 'runner'>,
  evaluationId: string,
  cases: readonly TestCaseRecord[],
) {
  const leased = await startRecording({ owner }, evaluationId, cases);
  for (const record of leased.records) await recordCase(runner, leased.lease, record, 0);
  return leased;
}

async function startRecording(
  { owner }: Pick<TestDatabase, 'owner'>,
  evaluationId: string,
  cases: readonly TestCaseRecord[],
) {
  const lease = { evaluationId, token: randomUUID(), seconds: 600 };
  const now = new Date();
  const leaseExpiresAt = new Date(now.getTime() + lease.seconds * 1000);
  const evaluation = await owner.evaluation.update({
    where: { id: evaluationId },
    data: { state: 'RUNNING', leaseToken: lease.token, leaseExpiresAt, startedAt: now, imageReadyAt: now },
    include: { submission: { include: { phase: { include: { testSet: true } } } } },
  });
  const records = cases.map((one, caseIndex): CaseRecord => ({ ...UNREMARKABLE, caseIndex, ...one }));
  return { lease, evaluation, records };
}

const UNREMARKABLE = {
  code: null,
  message: null,
  metrics: {},
  undefinedMetrics: [],
  predictionBlob: null,
  seconds: null,
  peakMemoryBytes: null,
  exitCode: null,
  log: null,
  outputMark: null,
} satisfies Partial<CaseRecord>;
