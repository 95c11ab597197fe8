import { z } from 'zod';
import { LIMIT_SETTINGS, type Limits } from '#lib/domain/phases/limits.ts';

/** What a scorer's container may use: the limits of a phase's containers, with defaults for one run over all cases. */
const DEFAULTS: Limits = {
  cpus: 1,
  memoryMib: 4096,
  /** For all cases together, or for one shard of them. */
  timeLimitSeconds: 3600,
  pids: 256,
  outputMib: 256,
  imageMib: 10_240,
};

const shape = {
  cpus: LIMIT_SETTINGS.cpus.schema.default(DEFAULTS.cpus),
  memoryMib: LIMIT_SETTINGS.memoryMib.schema.default(DEFAULTS.memoryMib),
  timeLimitSeconds: LIMIT_SETTINGS.timeLimitSeconds.schema.default(DEFAULTS.timeLimitSeconds),
  pids: LIMIT_SETTINGS.pids.schema.default(DEFAULTS.pids),
  outputMib: LIMIT_SETTINGS.outputMib.schema.default(DEFAULTS.outputMib),
  imageMib: LIMIT_SETTINGS.imageMib.schema.default(DEFAULTS.imageMib),
};

/** Every limit may be left out. */
export const scorerLimitsSchema = z
  .strictObject(shape)
  .refine(({ outputMib, memoryMib }) => outputMib <= memoryMib, {
    path: ['outputMib'],
    // A larger output would lie on a disk, and the scorer could write the truth to it.
    message: 'must be at most memoryMib, because the output of a scorer is in memory.',
  })
  .prefault({});
