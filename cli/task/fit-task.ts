import { CommandError } from '#cli/command.ts';
import type { Dataset } from '#cli/dataset/case.ts';
import { STROKE_METADATA } from '#lib/domain/tasks/stroke-t1.ts';
import type { Task } from '#lib/domain/tasks/task.ts';

/**
 * Throws CommandError if the task needs an input that no case of the data set has. What single cases lack is found
 * when they are read.
 */
export function requireInputs({ layout, inputSlugs }: Dataset, { inputs }: Pick<Task, 'inputs'>): void {
  // Every layout reads a table of participants, if there is one.
  const known = [...inputSlugs, STROKE_METADATA];
  const missing = inputs.filter(({ slug, required }) => required && !known.includes(slug));
  if (missing.length === 0) return;
  const needs = missing.map(({ slug }) => slug);
  throw new CommandError(
    `The task needs ${needs.join(' and ')}, but the layout ${layout} has ${inputSlugs.join(', ')}. Name the files by patterns: ${needs.map((slug) => `--input ${slug}='{id}/…'`).join(' ')}.`,
  );
}
