import { type Better, costOf } from './ranks.ts';

export interface TeamSubmission {
  id: string;
  team: string;
  submittedAt: Date;
  /**
   * The stored mean of the phase's primary metric, with failed cases at the worst value and rounded to 10
   * decimals, or its value over the set; null if no case counts for it.
   */
  primaryMean: number | null;
  /** When the team selected it; null or left out if it didn't. */
  selectedAt?: Date | null;
}

/** Which submission of a team counts, and for `BEST` and `SELECTED` the direction of the primary metric. */
export interface CountingRule {
  counting: 'BEST' | 'LATEST' | 'SELECTED';
  better: Better;
}

/**
 * Selects the submission of each team that counts on the leaderboard.
 *
 * `BEST` is the submission with the best mean of the phase's primary metric; among equals the earlier one. It
 * depends on no other team, so one team's submissions never change which submission of another team counts,
 * as ranking all submissions could. That holds for every ranking method and average. `LATEST` is the last one submitted.
 * `SELECTED` is the one that the team selected last, and `BEST` for a team that has selected none with a score.
 *
 * @param submissions only scored ones, of any number of teams.
 * @returns one submission per team, by the time of submission, then by ID.
 */
export function countingSubmissions<S extends TeamSubmission>(
  submissions: readonly S[],
  rule: CountingRule,
): S[] {
  const byTime = [...submissions].sort(
    (left, right) =>
      left.submittedAt.getTime() - right.submittedAt.getTime() || (left.id < right.id ? -1 : 1),
  );
  const counting = new Map<string, S>();
  for (const submission of byTime) {
    const before = counting.get(submission.team);
    if (!before || replaces(submission, before, rule)) counting.set(submission.team, submission);
  }
  return byTime.filter((submission) => counting.get(submission.team) === submission);
}

/** Whether the later submission of a team counts instead of the earlier one. */
function replaces(
  later: TeamSubmission,
  earlier: TeamSubmission,
  { counting, better }: CountingRule,
): boolean {
  if (counting === 'LATEST') return true;
  if (counting === 'SELECTED') {
    const [selected, before] = [later.selectedAt?.getTime() ?? 0, earlier.selectedAt?.getTime() ?? 0];
    if (selected !== before) return selected > before;
  }
  if (later.primaryMean === null || earlier.primaryMean === null) return earlier.primaryMean === null;
  return costOf(later.primaryMean, better) < costOf(earlier.primaryMean, better);
}
