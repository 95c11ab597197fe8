import Link from 'next/link';
import { shortLabel } from '#components/format/metric-labels.ts';
import type { LeaderboardView } from '#lib/api/leaderboards.ts';
import type { LeaderboardState } from './leaderboard-state.ts';
import { nextSort } from './sort.ts';

/** On a phone the columns' headings are gone: the same links as words, behind the order that is on. */
export function SortMenu({ leaderboard, state }: { leaderboard: LeaderboardView; state: LeaderboardState }) {
  const choices = [
    { key: 'rank', word: 'Rank' },
    ...leaderboard.metrics.map((metric) => ({ key: metric.metric, word: shortLabel(metric) })),
    { key: 'failed', word: 'Failed' },
    { key: 'team', word: 'Team' },
    { key: 'date', word: 'Date' },
  ];
  const current = choices.find((choice) => choice.key === state.sort.key)?.word ?? 'Rank';
  return (
    <details className="narrow">
      <summary>
        <span>
          Ordered by {current}, {state.sort.descending ? 'descending' : 'ascending'}
        </span>
        <span>Change</span>
      </summary>
      <div className="opts">
        {choices.map(({ key, word }) => (
          <Link
            key={key}
            href={state.hrefOf({ sort: nextSort(leaderboard, state.sort, key) })}
            scroll={false}
            prefetch={false}
            aria-current={key === state.sort.key ? 'true' : undefined}
          >
            {word}
          </Link>
        ))}
      </div>
    </details>
  );
}
