import pg from 'pg';
import { metricScores } from '#lib/domain/evaluations/metric-scores.ts';
import type { Database } from '#lib/platform/database.ts';
import { METRIC_INFOS_OF_PHASES, type SyntheticResult, WORST } from './case-results.ts';
import { type CopyStream, type CopyValue, openCopy } from './copy-rows.ts';
import { type Attempt, evaluationRow, recordedAt } from './submissions.ts';

const CASE_COLUMNS = [
  ...['evaluationId', 'caseIndex', 'status', 'code', 'message', 'metrics', 'undefinedMetrics'],
  ...['seconds', 'peakMemoryBytes', 'exitCode', 'log', 'recordedAt'],
];
const SCORE_COLUMNS = [
  ...['evaluationId', 'metric', 'version', 'mean', 'sd', 'median', 'q1', 'q3', 'min', 'max', 'n', 'failed'],
] as const;

/**
 * Writes evaluations and the scores of their cases, and as a runner calculates them, the aggregates and compact values.
 * Scores by COPY, because there are three million.
 */
export async function writeEvaluations(
  db: Database,
  ownerUrl: string,
  batches: Iterable<readonly Attempt[]>,
): Promise<void> {
  const clients: pg.Client[] = [];
  const open = async (table: string, columns: readonly string[]): Promise<CopyStream> => {
    const client = new pg.Client({ connectionString: ownerUrl });
    clients.push(client);
    await client.connect();
    await client.query('SET synchronous_commit = off');
    return openCopy(client, table, columns);
  };
  try {
    const cases = [await open('CaseScore', CASE_COLUMNS), await open('CaseScore', CASE_COLUMNS)] as const;
    const scores = await open('Score', SCORE_COLUMNS);
    const values = await open('CaseValues', ['evaluationId', 'metric', 'values']);
    let turn = 0;
    for (const batch of batches) {
      turn = 1 - turn;
      await db.evaluation.createMany({ data: batch.map(evaluationRow) });
      const scored = batch.filter(({ state }) => state === 'SCORED').flatMap(aggregate);
      await Promise.all([
        cases[turn as 0 | 1].write(batch.flatMap(caseRows)),
        scores.write(scored.map((one) => SCORE_COLUMNS.map((column) => one[column]))),
        values.write(
          scored.map(({ evaluationId, metric, caseValues }) => [evaluationId, metric, caseValues]),
        ),
      ]);
    }
    await Promise.all([...cases, scores, values].map((stream) => stream.end()));
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

function aggregate({ id, cases }: Attempt) {
  return metricScores(cases, METRIC_INFOS_OF_PHASES, WORST).map((score) => ({ evaluationId: id, ...score }));
}

function caseRows(attempt: Attempt): CopyValue[][] {
  return attempt.cases.map((one) => {
    const { caseIndex, status, code, metrics, undefinedMetrics } = one;
    const message = code === null ? null : 'What the sandbox said about the container.';
    const log = code !== null && attempt.phase.kind === 'OPEN' ? LOG : null;
    const result = [attempt.id, caseIndex, status, code, message, metrics, undefinedMetrics] as const;
    return [...result, ...usage(one), log, recordedAt(attempt, caseIndex)];
  });
}

const LOG = 'Traceback (most recent call last):\n  File "/app/run.py", line 40, in <module>\n'.repeat(5);

function usage({
  caseIndex,
  code,
}: SyntheticResult): [seconds: number, peakMemoryBytes: number, exitCode: number] {
  return [4 + (caseIndex % 100) / 100, 500_000_000 + caseIndex * 4096, code === 'EXIT_NONZERO' ? 1 : 0];
}
