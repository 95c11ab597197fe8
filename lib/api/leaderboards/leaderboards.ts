import { z } from 'zod';
import { phaseSummarySchema } from '#lib/api/phases.ts';
import { countSchema, idSchema, listQueryShape, searchSchema, timestampSchema } from '#lib/api/values.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { VARIANT_NAMES } from '#lib/domain/ranking/methods/variants.ts';
import type { Axis } from '#lib/domain/statistics/axis.ts';

export const leaderboardMetricSchema = z.object({
  metric: z.string(),
  label: z.string(),
  /** '1' is a number without a unit. */
  unit: z.string(),
  /** What is closest to 1 is shown and never ranked. */
  better: z.enum(['higher', 'lower', 'closer to 1']),
  version: z.int(),
  /** Decimals that are useful in a table. */
  decimals: z.int(),
  /** Smallest and largest possible value; null where there is none. */
  range: z.tuple([z.number().nullable(), z.number().nullable()]),
  /** Whether each case has a value, or only all cases together. */
  over: z.enum(['case', 'set']),
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
  /** Rounded down to the minute. */
  submittedAt: timestampSchema,
  rank: z.int().min(1),
  /** Simultaneous 95 % confidence set of the rank: with 95 % probability, the ranges of all teams hold together. */
  rankRange: z.tuple([z.int(), z.int()]),
  /** From 1. In the same tier: not shown to be worse than its first team. */
  tier: z.int().min(1),
  /** Probability that the order of this team and the next one by rank is false; null for the last one. */
  falseOrder: z.number().nullable(),
  /** In how many of 50 random halves of the cases the team is first; null where halves can't be ranked. */
  firstInHalves: countSchema.nullable(),
  /** Ranks by each method, in the order of the leaderboard's `methods`. */
  methodRanks: z.array(z.int()),
  /** Weighted mean of the ranks: on each metric, or on each case and metric (`ranking`). */
  meanRank: z.number(),
  /** Number of cases without a score. */
  failed: countSchema,
  submissionCount: countSchema,
  /**
   * Scored submissions of the team by time: minutes since 1970, and the primary metric, rounded to the phase's decimals. At
   * most 24: those that were better than all before, and the latest others.
   */
  history: z.array(z.tuple([z.int(), z.number().nullable()])),
  /** In the order of the leaderboard's `metrics`, rounded to the phase's decimals. */
  scores: z.array(
    z.object({
      /** The average of the cases that `summary` names, or the value over the set. */
      value: z.number().nullable(),
      /** 95 % of bootstrap replicates; null where they aren't known. */
      interval: numberPairSchema.nullable(),
      /** By this metric alone; null where `ranking` can't rank by it. */
      rank: z.number().nullable(),
    }),
  ),
});
export type LeaderboardEntry = z.infer<typeof leaderboardEntrySchema>;

/** An algorithm of the organizers, which isn't ranked and changes no rank. */
export const leaderboardBaselineSchema = leaderboardEntrySchema
  .pick({
    teamSlug: true,
    teamName: true,
    submissionId: true,
    algorithm: true,
    submittedAt: true,
    failed: true,
  })
  .extend({
    /** By the organizers. */
    name: z.string(),
    /** As those of entries, without ranks. */
    scores: z.array(leaderboardEntrySchema.shape.scores.element.omit({ rank: true })),
  });
export type LeaderboardBaseline = z.infer<typeof leaderboardBaselineSchema>;

/** How sure the order of the whole leaderboard is. */
const certaintySchema = z.object({
  /** Mean of Kendall's τ-b between the replicates and the ranking; null where it isn't known. */
  tau: z.number().nullable(),
  /** Teams whose range holds rank 1. */
  bestSet: z.array(z.string()),
  /** Number of tiers. */
  tiers: countSchema,
  /**
   * What ranges and tiers compare: the values of the only ranked metric, or on each case the weighted mean of the metric
   * ranks; null where nothing is compared.
   */
  comparedBy: z.enum(['metric', 'ranks']).nullable(),
  /** The leader's mean of what is compared, and the same corrected for the winner's curse. */
  leader: z.object({ mean: z.number(), corrected: z.number() }).nullable(),
});
export type Certainty = z.infer<typeof certaintySchema>;

export const axisSchema = z.object({
  min: z.number(),
  max: z.number(),
  ticks: z.array(z.number()),
}) satisfies z.ZodType<Axis>;

/** A part of the cases that the organizers named. */
export const shownStratumSchema = z.object({
  /** `stratum` in queries. */
  id: z.string(),
  /** The division that it belongs to, such as "lesion-volume". */
  of: z.string(),
  name: z.string(),
  /** Without the held-back cases; never fewer than 10. */
  caseCount: countSchema,
});
export type ShownStratum = z.infer<typeof shownStratumSchema>;
/** Only the cases of this stratum: its `id`. */
export const stratumQuerySchema = z.string().max(60).optional();

export const MAX_LEADERBOARD_PAGE = 500;
const LEADERBOARD_PAGE = 100;

export const leaderboardQuerySchema = z.object({
  /** A column, descending with a leading minus; by rank without it. */
  sort: z.string().max(100).optional(),
  /** Ranks by this method instead of the phase's. */
  method: z.enum(VARIANT_NAMES).optional(),
  stratum: stratumQuerySchema,
  /** Only teams whose name, or whose algorithm's name, contains this. */
  q: searchSchema,
  /** Only these teams: slugs with commas between them. */
  team: z.string().max(1000).optional(),
  /** Its cursors are teams: `page.next` and `page.previous`. */
  ...listQueryShape(z.string().max(100), { limit: LEADERBOARD_PAGE, maxLimit: MAX_LEADERBOARD_PAGE }),
});
export const exportLeaderboardQuerySchema = z.object({ stratum: stratumQuerySchema });
export type LeaderboardQuery = z.infer<typeof leaderboardQuerySchema>;

/** Where the entries of a response are among all. */
export const leaderboardPageSchema = z.object({
  /** Teams on the leaderboard. */
  total: countSchema,
  /** Teams that match the search. */
  matching: countSchema,
  /** Place of the first entry in this order, from 1; 0 without entries. */
  from: countSchema,
  /** `after` of the next page; null on the last one. */
  next: z.string().nullable(),
  /** `after` of the previous page, empty for the first one; null on the first one. */
  previous: z.string().nullable(),
});
export type LeaderboardPage = z.infer<typeof leaderboardPageSchema>;

export const leaderboardViewSchema = z.object({
  challengeSlug: z.string(),
  challengeTitle: z.string(),
  synthetic: z.boolean(),
  phase: phaseSummarySchema,
  ranking: PHASE_SETTINGS.ranking.schema,
  summary: PHASE_SETTINGS.summary.schema,
  counting: PHASE_SETTINGS.counting.schema,
  decimals: countSchema,
  /** Cases that count, without the held-back ones; of the stratum, if there is one. */
  caseCount: countSchema,
  /** The results are sealed until the organizers reveal them: only organizers get entries. */
  isSealed: z.boolean(),
  /** Cases that count only in the final ranking; 0 in it. */
  heldBackCases: countSchema,
  replicates: countSchema,
  seed: z.int(),
  metrics: z.array(leaderboardMetricSchema),
  /** Every way to rank; `ranking` and `summary` are those of the phase. */
  methods: z.array(z.enum(VARIANT_NAMES)),
  certainty: certaintySchema,
  /** The axis for the intervals of the first (primary) metric. */
  axis: axisSchema,
  /** Where the histories of all teams lie: minutes since 1970, and values; null without any. */
  historyRange: z.object({ from: z.int(), to: z.int(), low: z.number(), high: z.number() }).nullable(),
  /** The strata that can be shown; a test set has more, or none. */
  strata: z.array(shownStratumSchema),
  /** Everything here is of the cases of this stratum alone, but for histories, which are empty; null for all cases. */
  stratum: z.string().nullable(),
  entries: z.array(leaderboardEntrySchema),
  /** By name, with every page of entries. */
  baselines: z.array(leaderboardBaselineSchema),
  page: leaderboardPageSchema,
  /** The minute in which the latest score was recorded; null if the leaderboard is empty. */
  updatedAt: timestampSchema.nullable(),
  /** Changes with every ranking; it says nothing else. */
  revision: z.string(),
  /** When this view was computed. */
  asOf: timestampSchema,
});
export type LeaderboardView = z.infer<typeof leaderboardViewSchema>;
