import { z } from 'zod';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import type { Axis } from '#lib/domain/statistics/axis.ts';
import { phaseSummarySchema } from './phases.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const leaderboardMetricSchema = z.object({
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  version: z.int(),
  /** The connectivity if the metric uses connected components, otherwise null. */
  connectivity: z.int().nullable(),
  weight: z.number(),
});
export type LeaderboardMetric = z.infer<typeof leaderboardMetricSchema>;

const numberPairSchema = z.tuple([z.number(), z.number()]);

export const leaderboardEntrySchema = z.object({
  teamSlug: z.string(),
  teamName: z.string(),
  submissionId: idSchema,
  algorithm: z.string(),
  submittedAt: timestampSchema,
  rank: z.int().min(1),
  /** Contains the rank in 95 % of bootstrap replicates. */
  rankInterval: numberPairSchema,
  /** Weighted mean of the metric ranks. */
  meanRank: z.number(),
  /** Number of cases without a score. */
  failed: countSchema,
  submissionCount: countSchema,
  /** In the order of the leaderboard's `metrics`. Means are rounded to the phase's decimals. */
  scores: z.array(
    z.object({
      mean: z.number().nullable(),
      interval: numberPairSchema.nullable(),
      rank: z.number().nullable(),
    }),
  ),
});
export type LeaderboardEntry = z.infer<typeof leaderboardEntrySchema>;

export const axisSchema = z.object({
  min: z.number(),
  max: z.number(),
  ticks: z.array(z.number()),
}) satisfies z.ZodType<Axis>;

export const leaderboardViewSchema = z.object({
  challengeSlug: z.string(),
  challengeTitle: z.string(),
  synthetic: z.boolean(),
  phase: phaseSummarySchema,
  counting: PHASE_SETTINGS.counting.schema,
  decimals: countSchema,
  caseCount: countSchema,
  replicates: countSchema,
  seed: z.int(),
  metrics: z.array(leaderboardMetricSchema),
  /** The axis for the intervals of the first (primary) metric. */
  axis: axisSchema,
  entries: z.array(leaderboardEntrySchema),
  /** When the latest score was recorded; null if the leaderboard is empty. */
  updatedAt: timestampSchema.nullable(),
  /** When this view was computed. */
  asOf: timestampSchema,
});
export type LeaderboardView = z.infer<typeof leaderboardViewSchema>;
