import { z } from 'zod';
import type { RankedRow } from '#lib/domain/ranking/leaderboard.ts';

const pairSchema = z.tuple([z.number(), z.number()]);

const rankedRowSchema = z.object({
  id: z.string(),
  rank: z.int(),
  rankInterval: pairSchema,
  meanRank: z.number(),
  failed: z.int(),
  scores: z.array(
    z.object({
      metric: z.string(),
      value: z.number().nullable(),
      interval: pairSchema.nullable(),
      rank: z.number().nullable(),
      failed: z.int(),
    }),
  ),
}) satisfies z.ZodType<RankedRow>;

/** What a stored ranking holds: unrounded, by rank. `id` is the submission's. */
export const snapshotContentSchema = z.object({
  rows: z.array(
    rankedRowSchema.extend({
      teamSlug: z.string(),
      teamName: z.string(),
      algorithm: z.string(),
      submittedAt: z.iso.datetime(),
      /** Scored submissions of the team. */
      submissionCount: z.int(),
    }),
  ),
  /** When the latest score was recorded. */
  updatedAt: z.iso.datetime().nullable(),
});
export type SnapshotContent = z.infer<typeof snapshotContentSchema>;
export type SnapshotRow = SnapshotContent['rows'][number];
