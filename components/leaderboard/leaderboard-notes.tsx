import Link from 'next/link';
import type { LeaderboardView } from '#lib/api/leaderboards.ts';

/** How the table came about, in words, below it. */
export function LeaderboardNotes({
  leaderboard,
  evaluationHref,
}: {
  leaderboard: LeaderboardView;
  evaluationHref: string;
}) {
  const ranked = leaderboard.metrics.filter((metric) => metric.weight > 0);
  const widest = leaderboard.entries.find((row) => row.rankInterval[0] !== row.rankInterval[1]);
  return (
    <div className="notes">
      <div>
        <h2>A rank is a range</h2>
        <p>
          We drew the {leaderboard.caseCount} scans again {leaderboard.replicates.toLocaleString('en')} times,
          all teams together, and ranked each draw.{' '}
          {widest ? (
            <>
              <span className="nowrap">
                “{widest.rankInterval[0]}–{widest.rankInterval[1]}”
              </span>{' '}
              says that 95&nbsp;% of the draws put the team at ranks {widest.rankInterval[0]} to{' '}
              {widest.rankInterval[1]}.
            </>
          ) : (
            <>A single number says that 95&nbsp;% of the draws agreed.</>
          )}{' '}
          Seed {leaderboard.seed}.
        </p>
      </div>
      <div>
        <h2>How the order is made</h2>
        <p>
          {ranked.length > 1 ? (
            <>
              The mean over all scans is ranked on each of {ranked.length} metrics, and the weighted mean of
              those ranks is ranked again
              {ranked.some((metric) => metric.weight !== ranked[0]?.weight)
                ? ` (weights ${ranked.map((metric) => metric.weight).join(', ')})`
                : ' (equal weights)'}
              .
            </>
          ) : (
            <>The mean over all scans is ranked.</>
          )}{' '}
          Ties share the lowest rank. Of each team the {leaderboard.counting === 'BEST' ? 'best' : 'latest'}{' '}
          submission counts. <Link href={evaluationHref}>Definitions and versions</Link>
        </p>
      </div>
      <div>
        <h2>What the whiskers cover</h2>
        <p>
          The choice of scans, and nothing else: neither another training run nor another rater. A failed scan
          ranks last and takes the worst value of each metric, so that leaving out hard scans does not pay.
          {leaderboard.synthetic
            ? ' These scans are synthetic: the scores say nothing about patients’ scans.'
            : ''}
        </p>
      </div>
    </div>
  );
}
