import { z } from 'zod';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import { type ListHead, pageShape } from '#lib/api/pages/organizer.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { type PageLinks, searchSchema } from '#lib/api/values.ts';
import type { TombstoneKind } from '#lib/domain/submissions/tombstone.ts';

/** What organizers can decide about the results of a phase. */
export const RESULT_DECISIONS = ['FREEZE', 'UNFREEZE', 'REVEAL'] as const;
export type ResultDecision = (typeof RESULT_DECISIONS)[number];

export interface RequestedDecision {
  id: string;
  kind: ResultDecision;
  requestedBy: string;
  at: string;
  /** Another organizer must confirm it. */
  needsTwo: boolean;
  viewerMayConfirm: boolean;
}

export interface PhaseResults {
  phase: PhaseSummary;
  /** Since when its ranking is final, and the ID of the permanent copy. */
  final: { at: string; ranking: string } | null;
  /** Whether results are kept back until they are revealed. */
  keepsBack: boolean;
  requested: RequestedDecision | null;
}

export interface ResultsView extends ListHead {
  phases: PhaseResults[];
  requiresTwoOrganizers: boolean;
  viewerMay: { decide: boolean };
}

export const scoredQuerySchema = z.object({
  /** Key of the metric by whose mean the submissions are sorted. */
  metric: z.string().max(100).optional().catch(undefined),
  /** Part of the name of a team or an algorithm. */
  q: searchSchema.catch(undefined),
  ...pageShape,
});
export type ScoredQuery = z.infer<typeof scoredQuerySchema>;

/** A scored submission, whether it counts or not. */
export interface ScoredEntry {
  id: string;
  shortId: string;
  teamName: string;
  algorithm: string;
  createdAt: string;
  failedCases: number;
  /** In the order of the phase's metrics; null where it is undefined. Not rounded. */
  means: (number | null)[];
  tombstone: TombstoneKind | null;
  /** Whether it is the team's entry on the leaderboard. */
  isEntry: boolean;
}

export interface ScoredView extends ListHead, PageLinks {
  phase: PhaseSummary;
  metrics: Pick<LeaderboardMetric, 'metric' | 'label' | 'unit' | 'better' | 'decimals'>[];
  /** By which it is sorted. */
  metric: string;
  submissions: ScoredEntry[];
}
