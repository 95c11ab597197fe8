import { z } from 'zod';
import { labelsSchema } from '#lib/domain/metrics/label-schema.ts';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';
import { IMAGE_FORMATS } from '#lib/domain/tasks/sockets.ts';

/** Messages between the pool and its worker threads. Buffers are transferred, not copied. */

const bytesSchema = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array,
  'A file must be a Uint8Array',
);

export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('score'),
    job: z.strictObject({
      truth: bytesSchema,
      prediction: bytesSchema,
      probabilityMap: bytesSchema.nullable().optional(),
      connectivity: z.union([z.literal(6), z.literal(18), z.literal(26)]),
      acceptsMissingGeometry: z.boolean().optional(),
      metrics: z.array(z.enum(METRIC_NAMES)).optional(),
      labels: labelsSchema.optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('facts'), bytes: bytesSchema, labels: labelsSchema.optional() }),
  z.strictObject({ kind: z.literal('rewrite'), bytes: bytesSchema, format: z.enum(IMAGE_FORMATS) }),
]);
export type WorkerRequest = z.infer<typeof requestSchema>;

export const workerDataSchema = z.strictObject({ maxVoxelBytes: z.int().min(1) });
export type WorkerData = z.infer<typeof workerDataSchema>;

/** `threw` carries the message and stack of an error in the worker as text. */
export type WorkerReply =
  | { kind: 'done'; value: unknown }
  | { kind: 'threw'; message: string; stack: string };
