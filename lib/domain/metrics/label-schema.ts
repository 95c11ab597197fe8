import { z } from 'zod';

/** Apart from what uses labels, so that threads that only use them start without zod. */
const labelSchema = z.strictObject({
  value: z.int().min(1).max(65_535),
  name: z
    .string()
    .max(60)
    .regex(
      /^[\p{L}\p{N}]([\p{L}\p{N} ._+-]*[\p{L}\p{N}])?$/u,
      'must be letters, digits and . _ + - between them',
    ),
});

export const labelsSchema = z
  .array(labelSchema)
  .min(1)
  .max(256)
  .refine((labels) => new Set(labels.map(({ value }) => value)).size === labels.length, {
    message: 'must not give a value twice',
  })
  .refine((labels) => new Set(labels.map(({ name }) => name)).size === labels.length, {
    message: 'must not give a name twice',
  });
