import Link from 'next/link';
import { decimalsShown } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { HALF_SPLITS } from '#lib/domain/ranking/uncertainty/half-splits.ts';
import { counted } from '#lib/domain/units.ts';
import { describeComparison, describeCounting, describeRanking } from './ranking-text.ts';

/** Notes below the leaderboard on how it was computed and how sure it is. */
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
        <h2>A rank is a range</h2>
        <p>
          {widest ? (
            <>
              <span className="nowrap">“{formatRankRange(widest.rankRange)}”</span> means: on another choice
              of cases, the team could stand at any of these ranks.{' '}
            </>
          ) : (
            'A single number means that the cases leave no doubt about the rank. '
          )}
          The ranges of all teams hold together with 95% probability (Mogstad, Romano, Shaikh and Wilhelm
          2024). They rest on {describeComparison(leaderboard)}, and on{' '}
          {leaderboard.replicates.toLocaleString('en')} resamples of the {leaderboard.caseCount} cases with
          random seed {leaderboard.seed}.
        </p>
      </div>
      <div>
        <h2>A bracket is a tier</h2>
        <p>
          A team in the same tier as another isn’t shown to be worse than the tier’s first team. The first
          team that it significantly beats begins the next tier (paired Wilcoxon tests on{' '}
          {describeComparison(leaderboard)}, Holm’s adjustment for all pairs, 5%). A tier is no tie: these
          cases can’t tell.
        </p>
      </div>
      <div>
        <h2>How sure the order is</h2>
        <Certainties leaderboard={leaderboard} />
      </div>
      <div>
        <h2>How teams are ranked</h2>
        <p>
          {describeRanking(leaderboard)} Tied teams share the better rank. {describeCounting(leaderboard)}{' '}
          <Link href={evaluationHref}>See metric definitions and versions</Link>
        </p>
      </div>
      {leaderboard.baselines.length > 0 ? (
        <div>
          <h2>The dotted lines</h2>
          <p>
            Baselines are algorithms that the organizers submitted for comparison. They run on the same cases
            and under the same limits as those of teams, and change no rank, range or tier.
          </p>
        </div>
      ) : null}
      <div>
        <h2>What ranges and whiskers cover</h2>
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

/** Best set, τ, and what is known of the first two teams. */
function Certainties({ leaderboard }: { leaderboard: LeaderboardView }) {
  const { certainty, page } = leaderboard;
  const { tau, bestSet } = certainty;
  return (
    <p>
      {bestSet.length === 1
        ? 'One team can be the best: no other range holds rank 1.'
        : `Any of ${bestSet.length} of ${counted(page.total, 'team')} can be the best: their ranges hold rank 1.`}{' '}
      <Leading leaderboard={leaderboard} />
      {tau === null
        ? ''
        : `Resamples order the teams much as this table does if Kendall’s τ is near 1; its mean is ${tau.toFixed(2)}.`}
    </p>
  );
}

/** The first team, if it is among the entries shown. */
function Leading({
  leaderboard: { entries, certainty, metrics, decimals },
}: {
  leaderboard: LeaderboardView;
}) {
  const first = entries.find(({ rank }) => rank === 1);
  if (!first) return null;
  const { leader, comparedBy } = certainty;
  const compared = metrics.find(({ weight }) => weight > 0);
  const digits = comparedBy === 'metric' && compared ? decimalsShown(compared, decimals) : 2;
  return (
    <>
      {first.firstInHalves === null
        ? ''
        : `${first.teamName} is first on ${first.firstInHalves} of ${HALF_SPLITS} random halves of the cases. `}
      {first.falseOrder === null
        ? ''
        : `The team next to it is ahead in ${(first.falseOrder * 100).toFixed(0)}% of the resamples. `}
      {leader
        ? `Whoever is best of many is so partly by luck: without it, the leader’s ${
            comparedBy === 'metric' && compared ? `mean ${compared.label}` : 'mean rank over the cases'
          } of ${formatScore(leader.mean, digits)} would be about ${formatScore(leader.corrected, digits)}. `
        : ''}
    </>
  );
}
