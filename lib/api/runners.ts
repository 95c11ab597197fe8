import { z } from 'zod';
import { timestampSchema } from './values.ts';

const runnerSummarySchema = z.object({
  name: z.string(),
  /** The public key (age, X25519) that a test set may be sealed to. */
  recipient: z.string(),
  lastSeenAt: timestampSchema,
});
export type RunnerSummary = z.infer<typeof runnerSummarySchema>;

export const listRunnersResponseSchema = z.array(runnerSummarySchema);
