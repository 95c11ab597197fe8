import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Audience, discloseSubmission, leftOutCases } from '#lib/domain/disclosure/disclosure.ts';
import { MIN_STRATUM_CASES } from '#lib/domain/disclosure/strata.ts';
import type { Subject } from '#lib/domain/rights/roles.ts';
import { may } from '#lib/site/authorization.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';

/** What figures of several teams may show. */
export interface ShownCases {
  audience: Audience;
  /** Values of single cases of every team. */
  single: boolean;
  /** Smallest number of cases that quartiles and agreement may be shown of. */
  minCases: number;
  /** For each case of the test set, whether figures leave it out, as the ranking does. */
  heldBack: boolean[];
}

/**
 * A figure of several teams shows single cases only to those who see them of every team: to everyone in an open phase, and
 * to organizers. Members of a team see their own in some hidden phases, but not beside those of others under the same IDs.
 * Figures are of submissions on the leaderboard, whose scores are shown.
 */
export function shownCases(
  phase: PhaseWithTestSet,
  challenge: NonNullable<Subject['challenge']>,
  viewer: Viewer | null,
): ShownCases {
  const audience = may('console.read', viewer, { challenge }) ? 'organizer' : 'public';
  const entry = { isScored: true, ladder: { isShown: true } };
  const single = discloseSubmission(phase, entry, audience).cases !== 'NONE';
  const heldBack = leftOutCases(phase, phase.testSet?.caseCount ?? 0);
  return { audience, single, minCases: single ? 1 : MIN_STRATUM_CASES, heldBack };
}
