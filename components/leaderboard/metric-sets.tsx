import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import type { LeaderboardState } from './leaderboard-state.ts';

/** Links to the metric sets of the phase; nothing where it has none. */
export function MetricSetLinks({
  leaderboard: { metricSets, metrics },
  state,
}: {
  leaderboard: LeaderboardPageView;
  state: LeaderboardState;
}) {
  if (metricSets.length === 0) return null;
  return (
    <div>
      <p className="lg">Metrics</p>
      <div className="opts">
        <PlainLink
          href={state.hrefOf({ metricSet: null })}
          keepsScroll
          aria-current={state.metricSet === null ? 'true' : undefined}
        >
          All <span className="n">{metrics.length}</span>
        </PlainLink>
        {metricSets.map(({ name }) => (
          <PlainLink
            key={name}
            href={state.hrefOf({ metricSet: name })}
            keepsScroll
            aria-current={name === state.metricSet ? 'true' : undefined}
          >
            {name}
          </PlainLink>
        ))}
      </div>
    </div>
  );
}

/**
 * The leaderboard with the columns of a metric set alone; its first metric has the whiskers. Ranks, ranges and mean ranks
 * stay. The line over time is of the primary metric, and left out beside another one.
 */
export function withMetricSet(leaderboard: LeaderboardPageView, name: string | null): LeaderboardPageView {
  const set = leaderboard.metricSets.find((one) => one.name === name);
  if (!set) return leaderboard;
  const places = set.metrics.map((key) => leaderboard.metrics.findIndex(({ metric }) => metric === key));
  const project = (entry: LeaderboardEntry): LeaderboardEntry => ({
    ...entry,
    scores: places.map((place) => entry.scores[place]!),
  });
  return {
    ...leaderboard,
    metrics: places.map((place) => leaderboard.metrics[place]!),
    axis: leaderboard.axes[places[0]!]!,
    historyRange: places[0] === 0 ? leaderboard.historyRange : null,
    entries: leaderboard.entries.map(project),
    pinned: leaderboard.pinned.map(project),
    baselines: leaderboard.baselines.map((baseline) => ({
      ...baseline,
      scores: places.map((place) => baseline.scores[place]!),
    })),
  };
}
