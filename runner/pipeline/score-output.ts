import type { CaseRecord } from '#lib/evaluations/record-progress.ts';
import type { CaseRun, CollectedOutputs } from '#runner/types.ts';
import type { KeptPrediction } from './kept-predictions.ts';
import { scoreSegmentation, undefinedWithoutOutput } from './score-segmentation.ts';
import { scoreValues } from './score-values.ts';
import type { ScoreRecord, ScoringContext } from './scoring-context.ts';

/** Scores a container run that has ended. Only now is the truth opened. Throws the signal's reason. */
export async function scoreCaseRun(
  context: ScoringContext,
  caseIndex: number,
  run: CaseRun,
): Promise<Omit<CaseRecord, keyof KeptPrediction | 'outputMark'>> {
  const { seconds, peakMemoryBytes, exitCode, log } = run;
  const facts = { caseIndex, seconds, peakMemoryBytes, exitCode, log };
  if (run.kind === 'output') return { ...facts, ...(await scoreOutputs(context, caseIndex, run.outputs)) };
  const { code, message } = run;
  const { scoring } = context.phase.task;
  const undefinedMetrics =
    scoring.kind === 'segmentation' ? await undefinedWithoutOutput(context, scoring, caseIndex) : [];
  return { ...facts, status: 'FAILED', code, message, metrics: {}, undefinedMetrics };
}

/**
 * Scores what a container wrote against the truth. Where an organizer's scorer does that, when all cases are done, the
 * case has no value yet. Throws the signal's reason.
 */
export async function scoreOutputs(
  context: ScoringContext,
  caseIndex: number,
  outputs: CollectedOutputs,
): Promise<ScoreRecord> {
  const { task } = context.phase;
  switch (task.scoring.kind) {
    case 'segmentation':
      return scoreSegmentation(context, task.scoring, caseIndex, outputs);
    case 'values': {
      const truths = await context.testSet.openTruths(caseIndex);
      return scoreValues({ task, scoring: task.scoring, metrics: context.metrics }, truths, outputs);
    }
    case 'container':
      return { status: 'SCORED', code: null, message: null, metrics: {}, undefinedMetrics: [] };
  }
}
