import { z } from 'zod';
import { phaseSummarySchema } from '#lib/api/phases.ts';
import { countSchema, idSchema, timestampSchema } from '#lib/api/values.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { leaderboardMetricSchema } from './leaderboards.ts';

/** The figures of a leaderboard: of its first teams and of those that the reader pinned. */
export const figuresQuerySchema = z.object({
  /** Slugs of pinned teams with commas between them. */
  pin: z.string().max(1000).optional(),
});

const pairSchema = z.tuple([z.number(), z.number()]);

const teamSchema = z.object({
  teamSlug: z.string(),
  teamName: z.string(),
  submissionId: idSchema,
  rank: z.int().min(1),
  rankRange: z.tuple([z.int(), z.int()]),
  tier: z.int().min(1),
});

/** Values are rounded to the phase's decimals. */
const boxSchema = z.object({
  /** Cases that count, failed ones at the worst value. */
  n: countSchema,
  failed: countSchema,
  q1: z.number(),
  median: z.number(),
  q3: z.number(),
  /** Ends of the whiskers, which are values of single cases; null where those aren't shown. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type FigureBox = z.infer<typeof boxSchema>;

const coefficientSchema = z.object({ value: z.number(), interval: pairSchema.nullable() }).nullable();

/** Predicted minus true volume in ml, over the cases with a prediction. */
export const agreementSchema = z.object({
  n: countSchema,
  failed: countSchema,
  bias: z.number(),
  biasInterval: pairSchema,
  lower: z.number(),
  lowerInterval: pairSchema,
  upper: z.number(),
  upperInterval: pairSchema,
  /** ICC(2,1). */
  icc: coefficientSchema,
  /** Lin's concordance. */
  concordance: coefficientSchema,
});
export type Agreement = z.infer<typeof agreementSchema>;

/** Every list is in the order of `teams`, which is that of the leaderboard. */
export const figuresViewSchema = z.object({
  phase: phaseSummarySchema,
  challengeSlug: z.string(),
  synthetic: z.boolean(),
  decimals: countSchema,
  caseCount: countSchema,
  summary: PHASE_SETTINGS.summary.schema,
  /** The primary metric. */
  metric: leaderboardMetricSchema,
  /** Teams on the leaderboard. */
  total: countSchema,
  /** Of the organizers, with the average of the primary metric that `summary` names. */
  baselines: z.array(z.object({ name: z.string(), value: z.number() })),
  teams: z.array(teamSchema),
  /** Of the primary metric; null if cases have no value of it. */
  distribution: z
    .object({
      /** null where too few cases count. */
      boxes: z.array(boxSchema.nullable()),
      /** Values of single cases, as far as they are shown. */
      points: z.array(z.array(z.number())),
    })
    .nullable(),
  /** null where no replicates are drawn. */
  ranks: z
    .object({
      replicates: countSchema,
      /** Best rank in the replicates, then in how many the team has it, the next one, and so on. */
      counts: z.array(z.array(z.int())),
    })
    .nullable(),
  /** Tests of the pairs; null where nothing is tested. */
  pairs: z
    .object({
      /** For each team and each one behind it: the p-value, adjusted for all pairs of the leaderboard; null where unknown. */
      adjusted: z.array(z.array(z.number().nullable())),
      /** In the same order: 1 if the first of the pair is significantly better, −1 if the second is, 0 if neither. */
      better: z.array(z.array(z.int())),
    })
    .nullable(),
  /** Scored submissions by time: minutes since 1970, and the primary metric. */
  history: z.array(z.array(z.tuple([z.int(), z.number().nullable()]))),
  /** null unless the phase records volumes; a team is null where too few cases count. */
  agreement: z.array(agreementSchema.nullable()).nullable(),
  /** When this view was computed. */
  asOf: timestampSchema,
});
export type FiguresView = z.infer<typeof figuresViewSchema>;
