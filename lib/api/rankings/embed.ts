import { z } from 'zod';
import { type LeaderboardView, leaderboardMetricSchema } from '#lib/api/leaderboards/leaderboards.ts';
import { countSchema, timestampSchema } from '#lib/api/values.ts';

/** The first entries of a leaderboard, for pages of other sites. */

export const MAX_EMBEDDED = 50;
const EMBEDDED = 10;

export const embedQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_EMBEDDED).default(EMBEDDED),
});

export const embeddedLeaderboardSchema = z.object({
  challenge: z.object({ slug: z.string(), title: z.string(), synthetic: z.boolean() }),
  phase: z.object({ slug: z.string(), title: z.string(), status: z.enum(['upcoming', 'open', 'closed']) }),
  /** Of the leaderboard. */
  url: z.url(),
  /** The primary one. */
  metric: leaderboardMetricSchema.pick({ label: true, unit: true, better: true, version: true }),
  /** Of the values that are shown. */
  decimals: countSchema,
  caseCount: countSchema,
  /** Entries of the whole leaderboard. */
  total: countSchema,
  entries: z.array(
    z.object({
      /** Lowest and highest rank. */
      rankRange: z.tuple([z.number(), z.number()]),
      teamSlug: z.string(),
      teamName: z.string(),
      value: z.number().nullable(),
      /** Of 95 %; null where it isn't known. */
      interval: z.tuple([z.number(), z.number()]).nullable(),
    }),
  ),
  updatedAt: timestampSchema.nullable(),
});
export type EmbeddedLeaderboard = z.infer<typeof embeddedLeaderboardSchema>;

/** @param origin of the site. */
export function toEmbedded(view: LeaderboardView, origin: string): EmbeddedLeaderboard {
  const { challengeSlug: slug, challengeTitle, synthetic, phase, caseCount, page, entries, updatedAt } = view;
  const { label, unit, better, version, decimals } = view.metrics[0]!;
  return {
    challenge: { slug, title: challengeTitle, synthetic },
    phase: { slug: phase.slug, title: phase.title, status: phase.status },
    url: `${origin}/challenges/${slug}/leaderboard?phase=${phase.slug}`,
    metric: { label, unit, better, version },
    decimals: Math.min(decimals, view.decimals),
    caseCount,
    total: page.total,
    entries: entries.map(({ rankRange, teamSlug, teamName, scores: [primary] }) => ({
      rankRange,
      teamSlug,
      teamName,
      value: primary?.value ?? null,
      interval: primary?.interval ?? null,
    })),
    updatedAt,
  };
}
