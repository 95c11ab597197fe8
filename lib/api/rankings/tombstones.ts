import { z } from 'zod';
import { idSchema, timestampSchema } from '#lib/api/values.ts';
import { TOMBSTONE_KINDS } from '#lib/domain/submissions/tombstone.ts';

/** A submission whose scores don't count any more. */
export const tombstoneSchema = z.object({
  submissionId: idSchema,
  teamSlug: z.string(),
  teamName: z.string(),
  algorithm: z.string(),
  /** By its team, or by the organizers. */
  kind: z.enum(TOMBSTONE_KINDS),
  reason: z.string(),
  /** Rounded down to the minute. */
  at: timestampSchema,
});
export type TombstoneView = z.infer<typeof tombstoneSchema>;
