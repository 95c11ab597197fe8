import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { weightedMeans } from './aggregate-then-rank.ts';
import { type RankedMetric, type RankedSubmission, scoreTable } from './table.ts';

export interface TeamSubmission extends RankedSubmission {
  team: string;
  submittedAt: Date;
}

/**
 * Selects the submission of each team that counts on the leaderboard.
 *
 * `BEST` is the submission with the best mean of the phase's primary metric, with failed cases at the worst
 * value, rounded to 10 decimals; among equals the earlier one. It depends on no other team, so one team's
 * submissions never change which submission of another team counts, as ranking all submissions could.
 * `LATEST` is the last one submitted.
 *
 * @param submissions only scored ones, of any number of teams.
 * @returns one submission per team, by the time of submission, then by ID.
 */
export function countingSubmissions<S extends TeamSubmission>(
  submissions: readonly S[],
  rule: { counting: 'LATEST' } | { counting: 'BEST'; primary: RankedMetric },
): S[] {
  const byTime = [...submissions].sort(
    (left, right) =>
      left.submittedAt.getTime() - right.submittedAt.getTime() || (left.id < right.id ? -1 : 1),
  );
  const counting: S[] = [];
  for (const ofTeam of Map.groupBy(byTime, ({ team }) => team).values()) {
    counting.push(rule.counting === 'LATEST' ? ofTeam.at(-1)! : bestByMean(ofTeam, rule.primary));
  }
  return byTime.filter((submission) => counting.includes(submission));
}

/** The first of the best, so that a later submission with an equal mean does not replace it. */
function bestByMean<S extends TeamSubmission>(submissions: readonly S[], primary: RankedMetric): S {
  const table = scoreTable(submissions, [primary]);
  const once = new Uint32Array(table.caseCount).fill(1);
  const means = weightedMeans(table.columns[0]!, submissions.length, once)?.map(roundScore);
  let best = 0;
  means?.forEach((mean, index) => {
    const isBetter = primary.better === 'higher' ? mean > means[best]! : mean < means[best]!;
    if (isBetter) best = index;
  });
  return submissions[best]!;
}
