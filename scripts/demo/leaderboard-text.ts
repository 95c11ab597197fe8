import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

/** The leaderboard as a table for a terminal. */
export function leaderboardText(leaderboard: LeaderboardView): string {
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(leaderboard.decimals));
  const head = ['Rank', 'Team', 'Algorithm', ...leaderboard.metrics.map(metricHead), 'Failed'];
  const rows = leaderboard.entries.map((entry) => [
    entry.rankInterval[0] === entry.rankInterval[1]
      ? `${entry.rank}`
      : `${entry.rank} (${entry.rankInterval[0]}–${entry.rankInterval[1]})`,
    entry.teamName,
    entry.algorithm,
    ...entry.scores.map(({ mean, interval }, index) =>
      index === 0 && interval
        ? `${number(mean)} [${number(interval[0])}, ${number(interval[1])}]`
        : number(mean),
    ),
    entry.failed === 0 ? '–' : `${entry.failed} of ${leaderboard.caseCount}`,
  ]);
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column > 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function metricHead({ label, unit }: { label: string; unit: string }): string {
  return unit === '' || unit === '1' ? label : `${label} (${unit})`;
}
