import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { weightedMeans } from './aggregate-then-rank.ts';
import { type RankedMetric, type RankedSubmission, scoreTable } from './table.ts';

export interface TeamSubmission extends RankedSubmission {
  team: string;
  submittedAt: Date;
}

/**
 * The one submission of each team that counts on the board.
 *
 * `BEST` is the best mean of the phase's primary metric, failed cases at the declared worst, rounded to 10
 * decimals; of equals the earlier one. It looks at no other team, so that what one team sends never changes
 * which submission of another counts: the whole ranking could. `LATEST` is the last one submitted.
 *
 * @param submissions scored ones only, of any number of teams.
 * @returns one submission a team, by the time of submission, then by id.
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

/** The first of the best, so that an equal one sent later does not replace it. */
function bestByMean<S extends TeamSubmission>(submissions: readonly S[], primary: RankedMetric): S {
  const table = scoreTable(submissions, [primary]);
  const once = new Uint32Array(table.caseCount).fill(1);
  const means = weightedMeans(table.columns[0]!, submissions.length, once)?.map(roundScore);
  let best = 0;
  means?.forEach((mean, index) => {
    const ahead = primary.better === 'higher' ? mean > means[best]! : mean < means[best]!;
    if (ahead) best = index;
  });
  return submissions[best]!;
}
