import { z } from 'zod';
import { versionsSchema } from '#lib/domain/evaluations/rescoring.ts';
import type { RankedScore } from '#lib/domain/ranking/rows.ts';

const pairSchema = z.tuple([z.number(), z.number()]);

/** Value, both ends of its interval, rank by this metric alone, cases that took the worst value. */
const scoreSchema = z.tuple([
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.int(),
]);

/** A stratum of the test set. */
export const snapshotStratumSchema = z.object({
  id: z.string(),
  of: z.string(),
  name: z.string(),
  /** Its cases, without the held-back ones. */
  caseCount: z.int(),
  /**
   * Why it isn't shown, and of what cases it would tell: all, the held-back ones, or those that count for a metric;
   * `NOT_RANKED` if no metric has values of single cases. null if it is shown.
   */
  withheld: z
    .object({ why: z.enum(['FEW', 'DIFFERENCE', 'NOT_RANKED']), of: z.string().nullable() })
    .nullable(),
});
export type SnapshotStratum = z.infer<typeof snapshotStratumSchema>;

/** A stored ranking, as a process has read it. */
export interface Snapshot {
  content: SnapshotContent;
  /** Changes with every ranking; it says nothing else. */
  revision: string;
}

/** What the leaderboard shows of a ranking: unrounded, by rank, with tuples because a leaderboard has many of them. */
export const snapshotContentSchema = z.object({
  rows: z.array(
    z.object({
      /** The submission's. */
      id: z.string(),
      teamSlug: z.string(),
      teamName: z.string(),
      algorithm: z.string(),
      submittedAt: z.iso.datetime(),
      /** Scored submissions of the team. */
      submissionCount: z.int(),
      /** Minutes since 1970, and the primary metric, of the team's scored submissions by time; not of all where there are many. */
      history: z.array(z.tuple([z.int(), z.number().nullable()])),
      rank: z.int(),
      rankRange: pairSchema,
      tier: z.int(),
      meanRank: z.number(),
      compared: z.number().nullable(),
      firstInHalves: z.int().nullable(),
      /** In the order of VARIANT_NAMES (lib/domain/ranking/methods/variants.ts). */
      variantRanks: z.array(z.int()),
      failed: z.int(),
      /** In the order of the phase's metrics. */
      scores: z.array(scoreSchema),
    }),
  ),
  /** Of the organizers, by name; none in snapshots that older code stored. */
  baselines: z
    .array(
      z.object({
        /** The submission's. */
        id: z.string(),
        name: z.string(),
        teamSlug: z.string(),
        teamName: z.string(),
        algorithm: z.string(),
        submittedAt: z.iso.datetime(),
        failed: z.int(),
        /** Without ranks. */
        scores: z.array(scoreSchema),
      }),
    )
    .default([]),
  /** Mean of Kendall's τ-b between the replicates and the ranking. */
  tau: z.number().nullable(),
  /** Probability that the order of a row and the next one is false. */
  falseOrder: z.array(z.number()),
  /** What ranges and tiers compare: the values of the ranked metric, or weighted means of the ranks on each case. */
  comparedBy: z.enum(['metric', 'ranks']).nullable(),
  /** The first row's mean of what is compared, lower is better, and the same without the advantage of having been selected. */
  leader: z.object({ mean: z.number(), corrected: z.number() }).nullable(),
  /** All strata that the site has of the test set. Whoever shows them leaves out those that are withheld. */
  strata: z.array(snapshotStratumSchema).default([]),
  /** Of the metrics; empty in snapshots that older code stored. */
  versions: versionsSchema.default({}),
  /** When the latest score was recorded. */
  updatedAt: z.iso.datetime().nullable(),
});
export type SnapshotContent = z.infer<typeof snapshotContentSchema>;
export type SnapshotRow = SnapshotContent['rows'][number];
export type SnapshotBaseline = SnapshotContent['baselines'][number];

export function toStoredScore({ value, interval, rank, failed }: RankedScore): SnapshotRow['scores'][number] {
  return [value, interval?.[0] ?? null, interval?.[1] ?? null, rank, failed];
}

export const emptyContent = (): SnapshotContent => ({
  ...{ rows: [], baselines: [], tau: null, falseOrder: [], comparedBy: null, leader: null },
  ...{ strata: [], versions: {}, updatedAt: null },
});

export const emptySnapshot = (): Snapshot => ({ content: emptyContent(), revision: 'none' });
