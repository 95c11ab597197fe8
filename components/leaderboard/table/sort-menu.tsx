import { shortLabel } from '#components/format/metric-labels.ts';
import type { LeaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { nextSort } from '#lib/api/leaderboards/sort.ts';

/** The sort links on a phone, where the table has no column headings. */
export function SortMenu({ leaderboard, state }: { leaderboard: LeaderboardView; state: LeaderboardState }) {
  const choices = [
    { key: 'rank', label: 'Rank' },
    ...leaderboard.metrics.map((metric) => ({ key: metric.metric, label: shortLabel(metric) })),
    { key: 'failed', label: 'Failed' },
    { key: 'team', label: 'Team' },
    { key: 'date', label: 'Date' },
  ];
  const current = choices.find((choice) => choice.key === state.sort.key)?.label ?? 'Rank';
  return (
    <details className="narrow">
      <summary>
        <span>
          Sorted by {current}, {state.sort.descending ? 'descending' : 'ascending'}
        </span>
        <span>Change order</span>
      </summary>
      <div className="opts">
        {choices.map(({ key, label }) => (
          <PlainLink
            key={key}
            href={state.hrefOf({ sort: nextSort(leaderboard, state.sort, key) })}
            keepsScroll
            aria-current={key === state.sort.key ? 'true' : undefined}
          >
            {label}
          </PlainLink>
        ))}
      </div>
    </details>
  );
}
