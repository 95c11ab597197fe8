import { z } from 'zod';
import {
  leaderboardBaselineSchema,
  leaderboardMetricSchema,
  shownStratumSchema,
  stratumQuerySchema,
} from '#lib/api/leaderboards/leaderboards.ts';
import { countSchema, idSchema, sha256Schema, timestampSchema } from '#lib/api/values.ts';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { tombstoneSchema } from './tombstones.ts';

/**
 * The ranking of a phase as the public saw it, with everything that it was computed from and that is public. It is
 * stored as text and never changes, so a later version of this format must still read the earlier ones.
 */

/** Digits of a checksum in a permanent link: enough that no two rankings of a site share them. */
export const RANKING_ID_LENGTH = 20;
export const rankingIdSchema = z.string().regex(new RegExp(`^[0-9a-f]{${RANKING_ID_LENGTH}}$`));

const numberPairSchema = z.tuple([z.number(), z.number()]);

const permanentScoresSchema = z.array(
  z.object({
    value: z.number().nullable(),
    interval: numberPairSchema.nullable(),
    rank: z.number().nullable(),
  }),
);

const rankedShape = {
  rank: z.int().min(1),
  /** Simultaneous 95 % confidence set of the rank. */
  rankRange: numberPairSchema,
  tier: z.int().min(1),
  meanRank: z.number(),
  /** Number of cases without a score. */
  failed: countSchema,
  /** In the order of `metrics`, rounded to `method.decimals`. */
  scores: permanentScoresSchema,
};

const permanentEntrySchema = z.object({
  teamSlug: z.string(),
  teamName: z.string(),
  submissionId: idSchema,
  /** The attempt of the submission whose scores were ranked. */
  evaluationId: idSchema,
  algorithm: z.string(),
  /** Rounded down to the minute. */
  submittedAt: timestampSchema,
  ...rankedShape,
  submissionCount: countSchema,
  /**
   * Of an open phase, by metric: the value of each case in the order of the test set, rounded like those on the pages;
   * null where the prediction has none, "failed" for a failed case, "undefined" where no prediction can have one.
   */
  cases: z
    .record(z.string(), z.array(z.union([z.number(), z.null(), z.enum(['failed', 'undefined'])])))
    .optional(),
});
export type PermanentEntry = z.infer<typeof permanentEntrySchema>;

export const permanentRankingSchema = z.object({
  format: z.literal('heldout-ranking'),
  version: z.literal(1),
  challenge: z.object({
    slug: z.string(),
    title: z.string(),
    synthetic: z.boolean(),
    organizers: z.array(z.string()),
  }),
  phase: z.object({
    slug: z.string(),
    title: z.string(),
    kind: z.enum(['OPEN', 'HIDDEN']),
    opensAt: timestampSchema,
    closesAt: timestampSchema,
  }),
  method: z.object({
    ranking: PHASE_SETTINGS.ranking.schema,
    summary: PHASE_SETTINGS.summary.schema,
    counting: PHASE_SETTINGS.counting.schema,
    decimals: countSchema,
    replicates: countSchema,
    /** Of the bootstrap. */
    seed: z.int(),
    /** Of the ranking code (lib/domain/ranking/version.ts). */
    codeVersion: z.int(),
    /** SHA-256 that the site keeps of the rules, the test set and the evaluations, unrounded. */
    key: sha256Schema,
  }),
  testSet: z.object({
    /** Without the cases that were held back for the final ranking. */
    caseCount: countSchema,
    /** Of the sealed file. */
    sha256: sha256Schema,
    /** Of an open phase: what a failed case counts as, by metric. */
    worst: z.record(z.string(), z.number()).optional(),
  }),
  metrics: z.array(leaderboardMetricSchema),
  entries: z.array(permanentEntrySchema),
  /** Left out where the phase has none. */
  baselines: z.array(leaderboardBaselineSchema.extend({ evaluationId: idSchema })).optional(),
  /** The same submissions on the cases of each stratum that was shown; absent where none was. */
  strata: z
    .array(
      shownStratumSchema.extend({
        /** Those of `metrics` that have values of single cases. */
        metrics: z.array(z.string()),
        entries: z.array(z.object({ submissionId: idSchema, ...rankedShape })),
      }),
    )
    .optional(),
  tombstones: z.array(tombstoneSchema),
  /** The minute in which the latest score was recorded. */
  updatedAt: timestampSchema.nullable(),
});
export type PermanentRanking = z.infer<typeof permanentRankingSchema>;

/** A broken address shows the first page rather than an error. */
export const permanentQuerySchema = z.object({
  from: z.coerce.number().int().min(1).catch(1),
  stratum: stratumQuerySchema.catch(undefined),
});

/** What a permanent link shows beside the ranking itself, which may change: what happened to it since. */
export interface PermanentRankingView {
  id: string;
  checksum: string;
  createdAt: string;
  ranking: PermanentRanking;
  /** When the organizers declared it the final ranking of the phase; null if they didn't. */
  finalSince: string | null;
  /** Entries that have been withdrawn or excluded since. */
  tombstonesSince: z.infer<typeof tombstoneSchema>[];
}

/** The response to whoever creates a permanent link. The same ranking has the same link. */
export const createRankingResponseSchema = z.object({
  ranking: z.object({ id: rankingIdSchema, url: z.url(), checksum: sha256Schema }),
});
