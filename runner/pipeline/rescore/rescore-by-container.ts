import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { openPrediction, requirePrediction } from '#runner/pipeline/kept-predictions.ts';
import {
  type ContainerContext,
  type ContainerResults,
  type ScorerDeps,
  scoreByContainer,
} from '#runner/pipeline/score-by-container.ts';
import type { CollectedOutputs } from '#runner/types.ts';
import {
  casesBefore,
  type Evaluations,
  isKept,
  type PhaseToRescore,
  type RescoreContext,
  type Rescored,
  rescoredCase,
  type ToRescore,
} from './rescored.ts';

/** Runs the phase's current scorer on each evaluation. Throws PlatformError if it fails. */
export async function rescoreByContainer(
  { openScorer }: { openScorer: () => Promise<ScorerDeps & AsyncDisposable> },
  context: RescoreContext,
  { phase, evaluations, onCase }: ToRescore,
): Promise<Rescored[]> {
  const { caseCount } = phase.testSet!;
  await using scorer = await openScorer();
  const rescored: Rescored[] = [];
  for (const { id, caseScores } of evaluations) {
    const cases = casesBefore(caseScores, caseCount);
    const outputs = await keptOutputs(context, caseScores);
    const results = await runScorer(scorer, context, { id, phase, outputs });
    for (const { caseIndex } of caseScores.filter(isKept)) {
      const metrics = outputs.has(caseIndex) ? results.cases.get(caseIndex) : undefined;
      const after = metrics ? { status: 'SCORED' as const, metrics, undefinedMetrics: [] } : null;
      cases[caseIndex] = rescoredCase(cases[caseIndex]!, after);
      onCase();
    }
    // Without a prediction that was scored, the scorer's value would be of another set of cases.
    const isWhole = caseScores.every(
      ({ status, caseIndex }) => status !== 'SCORED' || outputs.has(caseIndex),
    );
    const values = Object.entries(isWhole ? results.aggregates : {});
    const sets = Object.fromEntries(values.map(([metric, value]) => [metric, roundScore(value)]));
    rescored.push({ cases, sets });
  }
  return rescored;
}

/** The kept predictions of an evaluation that can be opened, by case index. */
async function keptOutputs(
  { predictions, key }: RescoreContext,
  rows: Evaluations[number]['caseScores'],
): Promise<Map<number, () => Promise<CollectedOutputs>>> {
  const kept = new Map<number, () => Promise<CollectedOutputs>>();
  for (const { caseIndex, status, predictionBlob: blob } of rows) {
    // Opened twice, so that a lost one is known before the scorer runs, and all of them never are in memory.
    if (status !== 'SCORED' || blob === null || !(await openPrediction(predictions, key, blob))) continue;
    kept.set(caseIndex, () => requirePrediction(predictions, key, { caseIndex, blob }));
  }
  return kept;
}

async function runScorer(
  scorer: ScorerDeps,
  { testSet, signal }: RescoreContext,
  { id, phase, outputs }: { id: string; phase: PhaseToRescore; outputs: ContainerContext['outputs'] },
): Promise<ContainerResults> {
  const { scoring } = phase.task;
  if (scoring.kind !== 'container') throw new Error('The task isn’t scored by a container.');
  const { caseCount } = phase.testSet!;
  const evaluation = { id, caseCount, phase, scorer: phase.scorer };
  const name = `heldout-rescore-${id}`;
  return scoreByContainer(scorer, { evaluation, scoring, testSet, outputs, name, signal });
}
