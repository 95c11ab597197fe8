import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { ClassValue } from '#lib/domain/metrics/values/cases.ts';
import { VALUE_METRICS } from '#lib/domain/metrics/values/value-metrics.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { parseValueKey, truthKind } from '#lib/domain/tasks/task-metrics.ts';
import { readValue } from '#lib/domain/tasks/value.ts';
import { asRole, fitsRole } from '#lib/domain/tasks/value-roles.ts';
import type { CaseFiles, CollectedOutputs } from '#runner/types.ts';
import type { ScoreRecord } from './scoring-context.ts';

/** Scores the values that a container wrote. Metrics over the set are computed when all cases are done. */

export interface ValuesContext {
  task: Task;
  scoring: Extract<Task['scoring'], { kind: 'values' }>;
  /** Keys of metrics of this task. */
  metrics: readonly string[];
}

/** @throws PlatformError if the truth is missing or of another kind. */
export function scoreValues(
  context: ValuesContext,
  truths: CaseFiles,
  outputs: CollectedOutputs,
): ScoreRecord {
  const metrics: Record<string, number> = {};
  for (const key of context.metrics) {
    const { metric, output } = keyOf(key);
    const { as, ...definition } = VALUE_METRICS[metric];
    const value = outputValue(context.task, output, outputs);
    if (!fitsRole(as, value)) {
      return {
        status: 'REJECTED',
        code: 'INVALID_VALUE',
        message: `The value of ${output} must be a probability between 0 and 1.`,
        metrics: {},
        undefinedMetrics: [],
      };
    }
    if (definition.over === 'set') continue;
    const score = definition.score as (truth: ClassValue, prediction: ClassValue) => number;
    metrics[key] = score(asRole(as, trueValue(context, output, truths)), asRole(as, value));
  }
  return { status: 'SCORED', code: null, message: null, metrics, undefinedMetrics: [] };
}

export function keyOf(key: string): NonNullable<ReturnType<typeof parseValueKey>> {
  const parsed = parseValueKey(key);
  if (!parsed) throw new Error(`${key} is no metric of values.`);
  return parsed;
}

/** A value that was collected: of its socket's kind. */
export function outputValue({ outputs: sockets }: Task, slug: string, outputs: CollectedOutputs): ClassValue {
  const { kind } = sockets.find((socket) => socket.slug === slug)!;
  const read = readValue(outputs[slug]!.bytes, { kind, path: slug });
  if (read.kind === 'invalid') throw new Error(read.message);
  return read.value as ClassValue;
}

export function trueValue({ task, scoring }: ValuesContext, slug: string, truths: CaseFiles): ClassValue {
  const bytes = truths.get(slug);
  if (!bytes) throw new PlatformError('INTERNAL', `The test set has no true value of ${slug}.`);
  const socket = task.outputs.find((one) => one.slug === slug)!;
  const read = readValue(bytes, { kind: truthKind(socket, scoring), path: `The true value of ${slug}` });
  if (read.kind === 'invalid') throw new PlatformError('INTERNAL', read.message);
  return read.value as ClassValue;
}
