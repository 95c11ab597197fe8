import { z } from 'zod';

/**
 * What a runner says of itself each time it reports that it is there: the column Runner.health. Organizers
 * read it in the console; a row that does not parse is shown as a runner that said nothing.
 */
export const runnerHealthSchema = z.object({
  /** `degraded`: it answers, and something stands in the way of its work: `problems` says what. */
  status: z.enum(['ok', 'degraded']),
  /** A plain sentence each, for an organizer: "The container engine does not answer." */
  problems: z.array(z.string().min(1).max(400)).max(20),
  /** Evaluations that it holds. */
  running: z.int().min(0),
  /** Free space where images and scratch files lie; null where it can't be read. */
  freeDiskBytes: z.int().min(0).nullable(),
  /** Since when it takes nothing new and only ends what it holds: it was told to stop. */
  drainedAt: z.iso.datetime().nullable().default(null),
  /** Phases that it has tried, since its start, and can never hold; `needs`: what for, as runner-capabilities says it. */
  unsupported: z.array(z.object({ phaseId: z.uuid(), needs: z.string().min(1).max(200) })).default([]),
});
export type RunnerHealth = z.infer<typeof runnerHealthSchema>;
