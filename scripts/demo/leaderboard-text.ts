import type {
  LeaderboardEntry,
  LeaderboardMetric,
  LeaderboardView,
} from '#lib/api/leaderboards/leaderboards.ts';

/** The leaderboard as a table for a terminal. */
export function leaderboardText(leaderboard: LeaderboardView): string {
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(leaderboard.decimals));
  const head = [
    'Tier',
    'Rank',
    'Team',
    'Algorithm',
    ...leaderboard.metrics.map((metric) => metricHead(metric, leaderboard.summary)),
    'Failed',
  ];
  const rows = leaderboard.entries.map((entry) => [
    `${entry.tier}`,
    formatRank(entry),
    entry.teamName,
    entry.algorithm,
    ...entry.scores.map(({ value, interval }, index) =>
      index === 0 && interval
        ? `${number(value)} [${number(interval[0])}, ${number(interval[1])}]`
        : number(value),
    ),
    entry.failed === 0 ? '–' : `${entry.failed} of ${leaderboard.caseCount}`,
  ]);
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column > 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** "1", "2 (1–3)" */
function formatRank({ rank, rankRange: [low, high] }: LeaderboardEntry): string {
  return low === high ? `${rank}` : `${rank} (${low}–${high})`;
}

function metricHead({ label, unit, over }: LeaderboardMetric, summary: LeaderboardView['summary']): string {
  const parts = [
    ...(unit === '1' ? [] : [unit]),
    ...(summary === 'MEDIAN' && over === 'case' ? ['median'] : []),
  ];
  return parts.length === 0 ? label : `${label} (${parts.join(', ')})`;
}
