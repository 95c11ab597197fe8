import Link from 'next/link';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

/** Notes below the leaderboard on how it was computed. */
export function LeaderboardNotes({
  leaderboard,
  evaluationHref,
}: {
  leaderboard: LeaderboardView;
  evaluationHref: string;
}) {
  const ranked = leaderboard.metrics.filter((metric) => metric.weight > 0);
  const widest = leaderboard.entries.find(({ rankInterval: [low, high] }) => low !== high);
  return (
    <div className="notes">
      <div>
        <h2>A rank is an interval</h2>
        <p>
          We resampled the {leaderboard.caseCount} cases {leaderboard.replicates.toLocaleString('en')} times
          with replacement, the same way for all teams, and ranked each resample.{' '}
          {widest ? (
            <>
              <span className="nowrap">
                “{widest.rankInterval[0]}–{widest.rankInterval[1]}”
              </span>{' '}
              means that 95% of the resamples rank the team {widest.rankInterval[0]} to{' '}
              {widest.rankInterval[1]}.
            </>
          ) : (
            <>A single number means that 95% of the resamples agree.</>
          )}{' '}
          Random seed: {leaderboard.seed}.
        </p>
      </div>
      <div>
        <h2>How teams are ranked</h2>
        <p>
          {ranked.length > 1 ? (
            <>
              Teams are ranked by their mean over all cases on each of {ranked.length} metrics, and then by
              the weighted mean of these ranks
              {ranked.some((metric) => metric.weight !== ranked[0]?.weight)
                ? ` (weights ${ranked.map((metric) => metric.weight).join(', ')})`
                : ' (equal weights)'}
              .
            </>
          ) : (
            <>Teams are ranked by their mean over all cases.</>
          )}{' '}
          Tied teams share the better rank. Each team’s {leaderboard.counting === 'BEST' ? 'best' : 'latest'}{' '}
          submission counts. <Link href={evaluationHref}>See metric definitions and versions</Link>
        </p>
      </div>
      <div>
        <h2>What the whiskers cover</h2>
        <p>
          Only the choice of cases, not the variation between training runs or raters. A failed case ranks
          last and counts as the worst value of each metric, so skipping hard cases doesn’t pay off.
          {leaderboard.synthetic
            ? ' These scans are synthetic: the scores say nothing about patient scans.'
            : ''}
        </p>
      </div>
    </div>
  );
}
