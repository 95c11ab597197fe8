import { z } from 'zod';
import type { Axis } from '#lib/domain/statistics/axis.ts';
import { phaseSummarySchema } from './phases.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const leaderboardMetricSchema = z.object({
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  version: z.int(),
  /** Connectivity where the metric has components, else null. */
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
  /** 95 % of bootstrap replicates. */
  rankInterval: numberPairSchema,
  /** Weighted mean of the metric ranks. */
  meanRank: z.number(),
  /** Cases without a score. */
  failed: countSchema,
  submissionCount: countSchema,
  /** Same order as `metrics` of the leaderboard. Means, rounded to the phase's decimals. */
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
  counting: z.enum(['BEST', 'LATEST']),
  decimals: countSchema,
  caseCount: countSchema,
  replicates: countSchema,
  seed: z.int(),
  metrics: z.array(leaderboardMetricSchema),
  /** Axis of the first (primary) metric's whiskers. */
  axis: axisSchema,
  entries: z.array(leaderboardEntrySchema),
  /** When the newest score of the leaderboard was recorded; null while it is empty. */
  updatedAt: timestampSchema.nullable(),
  /** When this view was made. */
  asOf: timestampSchema,
});
export type LeaderboardView = z.infer<typeof leaderboardViewSchema>;
