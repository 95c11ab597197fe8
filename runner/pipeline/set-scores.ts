import type { ClassValue, SetScore } from '#lib/domain/metrics/values/cases.ts';
import { trueRangeOf, VALUE_METRICS } from '#lib/domain/metrics/values/value-metrics.ts';
import { asRole } from '#lib/domain/tasks/value-roles.ts';
import type { CaseFiles, CollectedOutputs } from '#runner/types.ts';
import { keyOf, outputValue, trueValue, type ValuesContext } from './score-values.ts';

/** A case with its truth, and with the values that the container wrote; null if the case failed. */
export interface SetCase {
  truths: CaseFiles;
  outputs: CollectedOutputs | null;
}

/** What metrics over the set need of a case's outputs, so that a whole set of cases fits into memory. */
export function scoredValues({ scoring }: Pick<ValuesContext, 'scoring'>, outputs: CollectedOutputs) {
  return Object.fromEntries(scoring.outputs.map((slug) => [slug, outputs[slug]!]));
}

/**
 * Prepares a metric over all cases of a test set.
 *
 * @param cases in the order of the test set.
 * @throws PlatformError if a truth is missing or of another kind.
 */
export function prepareSetScore(context: ValuesContext, key: string, cases: readonly SetCase[]): SetScore {
  const { metric, output } = keyOf(key);
  const { as, ...definition } = VALUE_METRICS[metric];
  if (definition.over !== 'set') throw new Error(`${key} has a value for each case.`);
  const truth = cases.map(({ truths }) => asRole(as, trueValue(context, output, truths)));
  const prediction = cases.map(({ outputs }) =>
    outputs === null ? null : asRole(as, outputValue(context.task, output, outputs)),
  );
  if (as === 'classes') {
    const prepare = definition.prepare as (classes: {
      truth: readonly ClassValue[];
      prediction: readonly (ClassValue | null)[];
    }) => SetScore;
    return prepare({ truth, prediction });
  }
  const numbers = Float64Array.from(truth, Number);
  const prepare = definition.prepare as (cases: {
    truth: Float64Array;
    prediction: Float64Array;
    range: { min: number; max: number };
  }) => SetScore;
  return prepare({
    truth: numbers,
    prediction: Float64Array.from(prediction, (value) => (value === null ? Number.NaN : Number(value))),
    range: trueRangeOf(numbers),
  });
}
