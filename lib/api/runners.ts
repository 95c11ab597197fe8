import { z } from 'zod';
import { listQueryShape, listResponse, timestampSchema } from './values.ts';

const runnerSummarySchema = z.object({
  name: z.string(),
  /** The public key (age, X25519) that a test set may be sealed to. */
  recipient: z.string(),
  lastSeenAt: timestampSchema,
});
export type RunnerSummary = z.infer<typeof runnerSummarySchema>;

/** Its cursors are names. */
export const listRunnersQuerySchema = z.object(listQueryShape(z.string().max(200)));
export const listRunnersResponseSchema = listResponse('runners', runnerSummarySchema);
