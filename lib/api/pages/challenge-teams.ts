import { z } from 'zod';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import { idSchema, listQueryShape, type PageLinks, searchSchema } from '#lib/api/values.ts';

const { after, limit } = listQueryShape(idSchema, PAGE_LIMITS);

/** What makes no sense is ignored, because addresses are typed. */
export const challengeTeamsQuerySchema = z.object({
  q: searchSchema.catch(undefined),
  after: after.catch(undefined),
  limit: limit.catch(PAGE_LIMITS.limit),
});
export type ChallengeTeamsQuery = z.infer<typeof challengeTeamsQuerySchema>;

export interface ChallengeTeam {
  slug: string;
  name: string;
  /** When it was admitted. */
  since: string;
  memberCount: number;
  /** Of the members who agree to be shown. */
  affiliations: string[];
  /** It was dissolved, or has merged into another team. */
  isGone: boolean;
  /** On the leaderboard of `ranked`; null without an entry. */
  rankRange: readonly [number, number] | null;
}

/** The page of a challenge's teams, the latest first; not part of /api/v1. */
export interface ChallengeTeamsView extends PageLinks {
  teams: ChallengeTeam[];
  /** Admitted teams, and those that match the search. */
  total: number;
  matching: number;
  /** The phase whose ranks are shown; null while no phase has any. */
  ranked: { slug: string; title: string; entries: number } | null;
}
