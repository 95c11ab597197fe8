import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { drawHeldBack } from './held-back.ts';

/**
 * What a phase shows of its scores, and to whom. Everything on display comes from here: a reader of scores asks
 * `discloseSubmission` for one submission, `showsRanking` for whatever is derived from several (leaderboard, plots, tests,
 * strata, results of a team, badges, exports, mails), and `findShownEntries` for the submissions that such a view may be
 * computed from. What isn't shown, nothing else may depend on: a rank or an interval would tell it (scoring.md, "Not
 * leaking the test set").
 */
export type Audience = 'public' | 'team' | 'organizer';

export interface DisclosedPhase
  extends Pick<PhaseRules, 'kind' | 'disclosure' | 'showsOwnScores' | 'showsCaseScores' | 'heldBackPercent'> {
  /** When the organizers revealed the results; null before. */
  revealedAt: Date | null;
}

/** What the ladder decided about a scored submission; null before it has (ladder.ts). */
export type LadderDecision = { isShown: boolean } | null;

/**
 * What the ladder decided, from its stored decision. It never decides about a baseline, which is shown like a first entry:
 * organizers see all scores anyway, so they learn nothing by it.
 */
export function ladderOf({
  isBaseline,
  isShown,
}: {
  isBaseline: boolean;
  /** null if none is stored. */
  isShown: boolean | null;
}): LadderDecision {
  if (isBaseline) return { isShown: true };
  return isShown === null ? null : { isShown };
}

/**
 * Why scores aren't shown.
 * - `NOT_SCORED`: there is no score.
 * - `SEALED`: the organizers haven't revealed the results.
 * - `LADDER`: it isn't clearly better than the team's shown entry.
 * - `UNDECIDED`: the ladder decides within seconds.
 */
export type WithheldReason = 'NOT_SCORED' | 'SEALED' | 'LADDER' | 'UNDECIDED';

/**
 * What a viewer sees of single cases.
 * - `NONE`: nothing.
 * - `SCORES`: scores by case number; of failed cases only their count.
 * - `PSEUDONYMOUS`: the same under the phase's pseudonymous IDs, whose order is unrelated to the sealed set.
 * - `ALL`: every case by its number, failed ones with their codes.
 */
export const CASE_DISCLOSURES = ['NONE', 'SCORES', 'PSEUDONYMOUS', 'ALL'] as const;
export type CaseDisclosure = (typeof CASE_DISCLOSURES)[number];

export interface SubmissionDisclosure {
  /** Why its scores aren't shown; null if they are. */
  withheld: WithheldReason | null;
  /** Whether everyone may open its public page. */
  isPublic: boolean;
  /** Whether the scores that are shown leave out the held-back cases (held-back.ts). */
  leavesOutHeldBack: boolean;
  cases: CaseDisclosure;
}

/** Decides what a viewer sees of one submission. `isScored`: its latest attempt has scores. */
export function discloseSubmission(
  phase: DisclosedPhase,
  { isScored, ladder }: { isScored: boolean; ladder: LadderDecision },
  audience: Audience,
): SubmissionDisclosure {
  const withheld = findReason(phase, { isScored, ladder }, audience);
  return {
    withheld,
    isPublic: findReason(phase, { isScored, ladder }, 'public') === null,
    leavesOutHeldBack: audience !== 'organizer' && leavesOutHeldBack(phase),
    cases: discloseCases(phase, withheld, audience),
  };
}

function findReason(
  phase: DisclosedPhase,
  { isScored, ladder }: { isScored: boolean; ladder: LadderDecision },
  audience: Audience,
): WithheldReason | null {
  if (!isScored) return 'NOT_SCORED';
  if (audience === 'organizer') return null;
  if (phase.disclosure === 'LADDER') return ladder === null ? 'UNDECIDED' : ladder.isShown ? null : 'LADDER';
  if (!isSealed(phase) || (audience === 'team' && phase.showsOwnScores)) return null;
  return 'SEALED';
}

/** Whether the phase shows no ranking before its organizers reveal the results. */
export function isSealed({
  disclosure,
  revealedAt,
}: Pick<DisclosedPhase, 'disclosure' | 'revealedAt'>): boolean {
  return disclosure === 'SEALED' && revealedAt === null;
}

/**
 * Whether a viewer sees the ranking of the phase and what is derived from it. In a sealed phase, teams that see their
 * own scores don't see it either: a rank would tell them about others.
 */
export function showsRanking(
  phase: Pick<DisclosedPhase, 'disclosure' | 'revealedAt'>,
  audience: Audience,
): boolean {
  return audience === 'organizer' || !isSealed(phase);
}

/** Whether rankings and scores leave out the cases that count only in the final ranking. */
export function leavesOutHeldBack({
  heldBackPercent,
  revealedAt,
}: Pick<DisclosedPhase, 'heldBackPercent' | 'revealedAt'>): boolean {
  return heldBackPercent > 0 && revealedAt === null;
}

/** For each case of the test set, in its order, whether everything that is computed from shown scores leaves it out. */
export function leftOutCases(
  phase: Pick<DisclosedPhase, 'heldBackPercent' | 'revealedAt'> & { seed: number },
  caseCount: number,
): boolean[] {
  if (leavesOutHeldBack(phase)) return drawHeldBack({ ...phase, caseCount });
  return Array.from({ length: caseCount }, () => false);
}

/**
 * Who sees single cases. During the evaluation, only those who see everything: scores that arrive one by one would show
 * when each case ended. In an open phase, the public sees the scores of cases. In a hidden phase it sees none, because
 * another team's scores under the same IDs would reveal more about the test set.
 */
function discloseCases(
  phase: DisclosedPhase,
  withheld: WithheldReason | null,
  audience: Audience,
): CaseDisclosure {
  if (showsDetail(phase, audience)) return 'ALL';
  if (withheld !== null) return 'NONE';
  if (phase.kind === 'OPEN') return 'SCORES';
  return audience === 'team' && phase.showsCaseScores ? 'PSEUDONYMOUS' : 'NONE';
}

/** Who sees what a container wrote, and exact times. */
export function showsDetail({ kind }: Pick<DisclosedPhase, 'kind'>, audience: Audience): boolean {
  return audience === 'organizer' || (audience === 'team' && kind === 'OPEN');
}

/**
 * The submissions that rankings and everything beside them may be computed from: in a ladder phase the shown ones,
 * otherwise all. Which of them counts for a team is decided among these alone (`countingSubmissions`).
 */
export function findShownEntries<S extends { ladder: LadderDecision }>(
  { disclosure }: Pick<DisclosedPhase, 'disclosure'>,
  scored: readonly S[],
): S[] {
  return scored.filter(({ ladder }) => disclosure !== 'LADDER' || ladder?.isShown === true);
}
