import Link from 'next/link';
import { decimalsOf, rankInterval, score } from '#components/format/quantity.ts';
import type { ChallengeSummary } from '#lib/api/challenges.ts';
import { Whisker } from './whisker.tsx';

/** The first rows of a board on its axis, small: rank interval, team, mean and whisker. */
export function Leaders({
  leaders,
  ownTeams,
}: {
  leaders: NonNullable<ChallengeSummary['leaders']>;
  ownTeams: readonly string[];
}) {
  const { axis, metricLabel, entries } = leaders;
  const decimals = decimalsOf(entries.map((row) => row.scores[0]?.mean ?? null));
  return (
    <table className="leaders">
      <caption className="vh">
        The first {entries.length} teams: rank, {metricLabel} with 95 % interval on an axis from {axis.min} to{' '}
        {axis.max}
      </caption>
      <tbody>
        {entries.map((row) => {
          const primary = row.scores[0];
          const interval = primary?.interval ?? null;
          return (
            <tr key={row.teamSlug} className={ownTeams.includes(row.teamSlug) ? 'you' : undefined}>
              <td className="rank">{rankInterval(row.rankInterval)}</td>
              <th scope="row">
                <Link className="quiet" href={`/submissions/${row.submissionId}`} prefetch={false}>
                  {row.teamName}
                </Link>
              </th>
              <td className="num">{score(primary?.mean ?? null, decimals)}</td>
              <td className="drawn">
                <Whisker
                  axis={axis}
                  mean={primary?.mean ?? null}
                  interval={interval}
                  series={0}
                  label={
                    interval
                      ? `95 % interval ${score(interval[0], decimals)} to ${score(interval[1], decimals)}`
                      : 'no interval'
                  }
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
