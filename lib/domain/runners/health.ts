import { z } from 'zod';

/**
 * The runner's health in each of its reports: the column Runner.health. Organizers see it in the console; an
 * invalid value is shown as if the runner had not reported any.
 */
export const runnerHealthSchema = z.object({
  /** `degraded`: it answers, but `problems` hinder its work. */
  status: z.enum(['ok', 'degraded']),
  /** One sentence each, for organizers: "The container engine does not answer." */
  problems: z.array(z.string().min(1).max(400)).max(20),
  /** Number of evaluations that it is working on. */
  running: z.int().min(0),
  /** Free space on the disk of images and scratch files; null if it can't be determined. */
  freeDiskBytes: z.int().min(0).nullable(),
  /**
   * Since when the runner takes no new evaluations, because organizers drain it (then it finishes its current one)
   * or because it is being stopped.
   */
  drainedAt: z.iso.datetime().nullable().default(null),
  /**
   * Phases that it has tried since its start and can never run; `needs` names the missing capability, worded
   * as in capabilities.ts.
   */
  unsupported: z.array(z.object({ phaseId: z.uuid(), needs: z.string().min(1).max(200) })).default([]),
});
export type RunnerHealth = z.infer<typeof runnerHealthSchema>;
