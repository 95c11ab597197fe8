import { CommandError } from '#cli/command.ts';
import type { Dataset, DatasetCase } from '#cli/dataset/case.ts';
import type { SealPlan } from '#cli/dataset/check/sealed-parts.ts';
import { STROKE_METADATA } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, truthSlugs } from '#lib/domain/tasks/task.ts';
import { requireInputs } from './fit-task.ts';

/** What of a data set is sealed for a task. Throws CommandError if the data set can't have it. */
export function sealPlan(task: Task, dataset: Dataset): SealPlan {
  requireInputs(dataset, task);
  const { scoring } = task;
  // An organizer's scorer gets whatever truth there is.
  const truths = scoring.kind === 'container' ? dataset.truthSlugs : truthSlugs(scoring);
  const missing = truths.filter((slug) => !dataset.truthSlugs.includes(slug));
  if (missing.length > 0) {
    throw new CommandError(
      `The task is scored by ${missing.join(' and ')}, but the layout ${dataset.layout} has the truth of ${dataset.truthSlugs.join(', ') || 'nothing'}. Name the files by patterns (--truth ${missing[0]}='{id}/…'), or in a table.`,
    );
  }
  return {
    inputs: task.inputs.map(({ slug, required }) => ({ slug, required })),
    truths,
    mask:
      scoring.kind === 'segmentation'
        ? { slug: scoring.output, grid: scoring.grid, labels: scoring.labels ?? null }
        : null,
    metadata: task.inputs.some(({ slug }) => slug === STROKE_METADATA) ? STROKE_METADATA : null,
  };
}

/** The cases, with the mask that is scored on the grid that the task names. */
export function onGrid({ cases, ...dataset }: Dataset, { mask }: SealPlan): Dataset {
  if (mask === null) return { ...dataset, cases };
  const placed = cases.map((one): DatasetCase => {
    const truth = one.truths[mask.slug];
    if (!truth || 'value' in truth || truth.on !== null) return one;
    return { ...one, truths: { ...one.truths, [mask.slug]: { ...truth, on: mask.grid } } };
  });
  return { ...dataset, cases: placed };
}
