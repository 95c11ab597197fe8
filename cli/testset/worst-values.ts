import { CommandError } from '#cli/command.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import {
  trueRangeOf,
  VALUE_METRIC_NAMES,
  VALUE_METRICS,
  type ValueKind,
} from '#lib/domain/metrics/values/value-metrics.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricOf, truthKind, valueKey } from '#lib/domain/tasks/task-metrics.ts';
import { isOfKind } from '#lib/domain/tasks/value.ts';
import {
  declaredLabelWorst,
  declaredWorst,
  type LabelledTruthFacts,
  type TruthFacts,
} from '#runner/scoring/truth-facts.ts';

type Connectivity = NonNullable<Parameters<typeof declaredWorst>[1]>;

/**
 * What failed cases count as, by key of the metric (in its unit): constants of a test set. An organizer's scorer has
 * its own, in the task.
 *
 * @throws CommandError if failing would cost nothing.
 */
export function worstValuesOf(
  task: Task,
  cases: readonly CheckedCase[],
  connectivity: Connectivity,
): Record<string, number> {
  const { outputs, scoring } = task;
  switch (scoring.kind) {
    case 'container':
      return {};
    case 'segmentation': {
      const facts = cases.map(({ scoredFacts }) => scoredFacts!);
      if (facts.every(({ voxels }) => voxels === 0)) {
        // The declared worst volume and count would be 0.
        throw new CommandError(
          'No mask marks a voxel, so failing would cost nothing. Add cases with a lesion or whatever is to be found. Nothing was written.',
        );
      }
      return scoring.labels
        ? declaredLabelWorst(facts as LabelledTruthFacts[], scoring.labels, connectivity)
        : declaredWorst(facts as TruthFacts[], connectivity);
    }
    case 'values':
      return Object.fromEntries(
        scoring.outputs.flatMap((slug) => {
          const kind = truthKind(outputs.find((output) => output.slug === slug)!, scoring);
          return worstOfValue(task, slug, kind, cases);
        }),
      );
  }
}

function worstOfValue(
  task: Task,
  slug: string,
  kind: ValueKind,
  cases: readonly CheckedCase[],
): (readonly [string, number])[] {
  const values = cases.map(({ source }) => {
    const truth = source.truths[slug];
    if (!truth || !('value' in truth) || !isOfKind(truth.value, kind)) {
      throw new CommandError(
        `${source.name}: the true value of ${slug} must be of the kind ${kind}. Nothing was written.`,
      );
    }
    return truth.value;
  });
  if (new Set(values).size < 2) {
    throw new CommandError(
      `All true values of ${slug} are equal, so they can’t tell predictions apart. Nothing was written.`,
    );
  }
  const numbers = Float64Array.from(values, Number);
  const range = kind === 'String' ? { min: 0, max: 1 } : trueRangeOf(numbers);
  return VALUE_METRIC_NAMES.flatMap((name) => {
    const metric = VALUE_METRICS[name];
    const key = valueKey(name, slug);
    return metric.over === 'case' && metricOf(task, key) ? [[key, metric.worst(range)] as const] : [];
  });
}
