import { z } from 'zod';

/** A metric that an organizer's scorer computes and the phase declares, so that it can be checked, shown and ranked. */

const finite = z.number({ error: 'must be a number.' });

/** Keys of every object in JavaScript, which what a scorer writes may not have, and the keys that name a case. */
const RESERVED_KEYS = ['__proto__', 'constructor', 'prototype', 'pk', 'case'];

/** A key in what a scorer writes. */
const keySchema = z
  .string()
  .min(1)
  .max(200)
  .refine((key) => key.split('.').every((part) => !RESERVED_KEYS.includes(part)), {
    message: `must not be one of ${RESERVED_KEYS.join(', ')}.`,
  });

export const declaredMetricSchema = z
  .strictObject({
    name: z
      .string()
      .max(60)
      .regex(
        /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
        'must be lower-case words of letters and digits with _ between, as in "lesion_f1".',
      )
      .refine((name) => !RESERVED_KEYS.includes(name), {
        message: 'must be another word; this one is reserved.',
      }),
    /** Used as a heading. */
    title: z.string().trim().min(1).max(80),
    /** The definition in a sentence. */
    meaning: z.string().trim().max(500).default(''),
    /** Empty for a number without a unit. */
    unit: z.string().trim().max(20).default(''),
    better: z.enum(['higher', 'lower']),
    /** What a failed case counts as. */
    worst: finite,
    decimals: z.int().min(0).max(6).default(3),
    /** Smallest and largest possible value; null where there is none. */
    range: z.tuple([finite.nullable(), finite.nullable()]).default([null, null]),
    /** Where the value of each case is: a key of the objects in "results". Such a metric ranks, with an interval. */
    case: keySchema.optional(),
    /** Where the only value is: a path in "aggregates", its keys with dots between. Shown without an interval. */
    aggregate: keySchema.optional(),
  })
  .superRefine((metric, context) => {
    const problem = findProblem(metric);
    if (problem) context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
  });
export type DeclaredMetric = z.output<typeof declaredMetricSchema>;

export const declaredMetricsSchema = z
  .array(declaredMetricSchema)
  .min(1)
  .max(50)
  .refine((metrics) => new Set(metrics.map(({ name }) => name)).size === metrics.length, {
    message: 'must not give a name twice.',
  });

function findProblem({
  case: perCase,
  aggregate,
  range: [least, most],
  worst,
}: {
  case?: string | undefined;
  aggregate?: string | undefined;
  range: [number | null, number | null];
  worst: number;
}): { field: 'case' | 'range' | 'worst'; message: string } | null {
  if ((perCase === undefined) === (aggregate === undefined)) {
    return {
      field: 'case',
      message: 'or "aggregate" is needed, and not both: where the scorer writes the value.',
    };
  }
  if (least !== null && most !== null && least >= most) {
    return { field: 'range', message: 'must have its smaller end first.' };
  }
  return (least !== null && worst < least) || (most !== null && worst > most)
    ? { field: 'worst', message: 'must be in the range.' }
    : null;
}
