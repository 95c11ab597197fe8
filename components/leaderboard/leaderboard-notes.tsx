import Link from 'next/link';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { describeCounting, describeRanking } from './ranking-text.ts';

/** Notes below the leaderboard on how it was computed. */
export function LeaderboardNotes({
  leaderboard,
  evaluationHref,
}: {
  leaderboard: LeaderboardView;
  evaluationHref: string;
}) {
  const widest = leaderboard.entries.find(({ rankRange: [low, high] }) => low !== high);
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
                “{widest.rankRange[0]}–{widest.rankRange[1]}”
              </span>{' '}
              means that 95% of the resamples rank the team {widest.rankRange[0]} to {widest.rankRange[1]}.
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
          {describeRanking(leaderboard)} Tied teams share the better rank. {describeCounting(leaderboard)}{' '}
          <Link href={evaluationHref}>See metric definitions and versions</Link>
        </p>
      </div>
      <div>
        <h2>What the whiskers cover</h2>
        <p>
          Only the choice of cases, not the variation between training runs or raters. A failed case ranks
          last and counts as the worst value of each metric, so skipping hard cases doesn’t pay off.
          {leaderboard.synthetic
            ? ' These data are synthetic: the scores say nothing about patient data.'
            : ''}
        </p>
      </div>
    </div>
  );
}
