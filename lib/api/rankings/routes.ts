import { z } from 'zod';
import { exportLeaderboardQuerySchema } from '#lib/api/leaderboards/leaderboards.ts';
import { ok } from '../values.ts';
import { embeddedLeaderboardSchema, embedQuerySchema } from './embed.ts';
import { createRankingResponseSchema, permanentRankingSchema } from './permanent.ts';

const PHASE = '/api/v1/challenges/{slug}/phases/{phase}';
const RANKING = '/api/v1/rankings/{id}';

/** Links, pictures and quotations of rankings. */
export const RANKING_ROUTES = {
  /** The same ranking has the same link, so this needs no key against sending it twice. */
  createRanking: {
    method: 'POST',
    path: `${PHASE}/rankings`,
    action: 'ranking.keep',
    response: ok(createRankingResponseSchema),
  },
  freezeRanking: {
    method: 'POST',
    path: `${PHASE}/final-ranking`,
    action: 'ranking.freeze',
    response: ok(createRankingResponseSchema),
  },
  unfreezeRanking: {
    method: 'POST',
    path: `${PHASE}/final-ranking/undo`,
    action: 'ranking.freeze',
    response: ok(z.object({ phase: z.object({ slug: z.string(), finalRanking: z.null() }) })),
  },
  readRanking: {
    method: 'GET',
    path: RANKING,
    action: 'leaderboard.read',
    response: ok(permanentRankingSchema),
  },
  exportRanking: {
    method: 'GET',
    path: `${RANKING}/ranking.csv`,
    action: 'leaderboard.read',
    query: exportLeaderboardQuerySchema,
    response: { status: 200, type: 'text/csv' },
  },
  citeRankingBibtex: {
    method: 'GET',
    path: `${RANKING}/citation.bib`,
    action: 'leaderboard.read',
    response: { status: 200, type: 'application/x-bibtex' },
  },
  citeRankingRis: {
    method: 'GET',
    path: `${RANKING}/citation.ris`,
    action: 'leaderboard.read',
    response: { status: 200, type: 'application/x-research-info-systems' },
  },
  drawRankingCard: {
    method: 'GET',
    path: `${RANKING}/card.png`,
    action: 'leaderboard.read',
    response: { status: 200, type: 'image/png' },
  },
  drawBadge: {
    method: 'GET',
    path: `${PHASE}/badge.svg`,
    action: 'leaderboard.read',
    /** The slug of a team; the leader without it. */
    query: z.object({ team: z.string().max(100).optional() }),
    response: { status: 200, type: 'image/svg+xml' },
  },
  drawLeaderboardCard: {
    method: 'GET',
    path: `${PHASE}/card.png`,
    action: 'leaderboard.read',
    response: { status: 200, type: 'image/png' },
  },
  embedLeaderboard: {
    method: 'GET',
    path: `${PHASE}/embed.json`,
    action: 'leaderboard.read',
    query: embedQuerySchema,
    response: ok(embeddedLeaderboardSchema),
  },
} as const;
