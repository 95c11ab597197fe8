import { z } from 'zod';

/** What one container may use, as a phase sets it. Units are in the names; memory is binary (MiB). */
export const limitsSchema = z.strictObject({
  cpus: z.number().min(0.1).max(256),
  memoryMib: z.int().min(64).max(4_194_304),
  pids: z.int().min(8).max(65_536),
  timeLimitSeconds: z.int().min(1).max(86_400),
  outputMib: z.int().min(1).max(65_536),
  /** Compressed size of the image archive as it is uploaded, and as much again of a model archive. */
  imageMib: z.int().min(1).max(1_048_576),
});
export type Limits = z.infer<typeof limitsSchema>;

export const DEFAULT_LIMITS: Limits = {
  cpus: 1,
  memoryMib: 2048,
  pids: 256,
  timeLimitSeconds: 300,
  outputMib: 256,
  imageMib: 10_240,
};
