'use client';

import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import { useOwnTeams } from '#components/site/reader.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { ChallengeSummary } from '#lib/api/challenges.ts';
import { gridOf, Whisker } from './table/whisker.tsx';

/** The first entries of a leaderboard, in short: rank interval, team, score and whisker. */
export function Leaders({ leaders }: { leaders: NonNullable<ChallengeSummary['leaders']> }) {
  const ownTeams = useOwnTeams();
  const { axis, metricLabel, entries, decimals } = leaders;
  return (
    <table className="leaders" style={gridOf(axis)}>
      <caption className="vh">
        Top {entries.length} teams: rank, {metricLabel} with 95% interval on an axis from {axis.min} to{' '}
        {axis.max}
      </caption>
      <tbody>
        {entries.map((entry) => {
          const primary = entry.scores[0];
          const interval = primary?.interval ?? null;
          return (
            <tr key={entry.teamSlug} className={ownTeams.includes(entry.teamSlug) ? 'you' : undefined}>
              <td className="rank">{formatRankRange(entry.rankRange)}</td>
              <th scope="row">
                <PlainLink className="quiet" href={`/submissions/${entry.submissionId}`}>
                  {entry.teamName}
                </PlainLink>
              </th>
              <td className="num">{formatScore(primary?.value ?? null, decimals)}</td>
              <td className="drawn">
                <Whisker
                  axis={axis}
                  value={primary?.value ?? null}
                  interval={interval}
                  series={0}
                  label={
                    interval
                      ? `95% interval ${formatScore(interval[0], decimals)} to ${formatScore(interval[1], decimals)}`
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
