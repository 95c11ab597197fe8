import type { RescoredCase } from '#lib/domain/evaluations/rescore.ts';
import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { REPLICATES, replicateValues } from '#lib/domain/ranking/replicates.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { inParallel } from '#runner/concurrency.ts';
import { openPrediction } from '#runner/pipeline/kept-predictions.ts';
import { scoreOutputs } from '#runner/pipeline/score-output.ts';
import { prepareSetScore, scoredValues } from '#runner/pipeline/set-scores.ts';
import type { CaseFiles, CollectedOutputs } from '#runner/types.ts';
import {
  casesBefore,
  isKept,
  type PhaseToRescore,
  type RescoreContext,
  type Rescored,
  rescoredCase,
  type ToRescore,
} from './rescored.ts';

/** Scores masks and values case by case, and then the metrics over the set from what was scored. */
export async function rescoreOutputs(
  { parallel }: { parallel: number },
  context: RescoreContext,
  { phase, evaluations, onCase, isStored }: ToRescore,
): Promise<Rescored[]> {
  const { scoring } = phase.task;
  const { caseCount } = phase.testSet!;
  const rescored = evaluations.map(({ caseScores }) => ({
    cases: casesBefore(caseScores, caseCount),
    values: new Map<number, CollectedOutputs>(),
  }));
  const jobs = evaluations.flatMap(({ caseScores }, index) =>
    caseScores.filter(isKept).map((row) => ({ row, into: rescored[index]! })),
  );
  await inParallel(
    jobs,
    parallel,
    async ({ row: { caseIndex, predictionBlob }, into: { cases, values } }) => {
      const outputs = await openPrediction(context.predictions, context.key, predictionBlob!);
      const after = outputs && (await scoreOutputs(context, caseIndex, outputs));
      cases[caseIndex] = rescoredCase(cases[caseIndex]!, after);
      if (outputs && scoring.kind === 'values') values.set(caseIndex, scoredValues({ scoring }, outputs));
      onCase();
    },
    () => undefined,
  );
  const scoreSets = await openSetScores(context, phase, isStored);
  return rescored.map(({ cases, values }) => ({ cases, ...scoreSets(cases, values) }));
}

/** Computes the metrics over the set of an evaluation: none of them if a case was scored whose values aren't known. */
async function openSetScores(
  { testSet }: RescoreContext,
  { task, metrics, seed, testSet: sealed }: PhaseToRescore,
  isStored: boolean,
): Promise<
  (
    cases: readonly RescoredCase[],
    values: ReadonlyMap<number, CollectedOutputs>,
  ) => Pick<Rescored, 'sets' | 'replicates'>
> {
  const { scoring } = task;
  const overSet = metrics
    .map(({ metric }) => requireMetric(task, metric))
    .filter(({ over }) => over === 'set');
  if (overSet.length === 0 || scoring.kind !== 'values') return () => ({ sets: {} });
  const context = { task, scoring, metrics: overSet.map(({ key }) => key) };
  const truths: CaseFiles[] = [];
  for (let index = 0; index < sealed!.caseCount; index++) truths.push(await testSet.openTruths(index));
  const weights = new Uint32Array(truths.length).fill(1);
  return (cases, values) => {
    const isScored = ({ after }: RescoredCase) => after.status === 'SCORED';
    if (cases.some((one, index) => isScored(one) && !values.has(index))) return { sets: {} };
    const set = cases.map((one, index) => ({
      truths: truths[index]!,
      outputs: isScored(one) ? values.get(index)! : null,
    }));
    const draws = { caseCount: set.length, seed, replicates: REPLICATES };
    const scores = overSet.map(({ key }) => ({ key, score: prepareSetScore(context, key, set) }));
    const sets = scores.map(({ key, score }) => {
      const value = score(weights);
      return [key, value === null ? null : roundScore(value)];
    });
    const drawn = isStored ? scores.map(({ key, score }) => [key, replicateValues(score, draws)]) : [];
    return { sets: Object.fromEntries(sets), replicates: Object.fromEntries(drawn) };
  };
}
