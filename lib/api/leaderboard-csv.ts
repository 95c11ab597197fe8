import type { LeaderboardView } from './leaderboards.ts';

/** A board as CSV (RFC 4180), a line a team, for spreadsheets and scripts. */
export function leaderboardCsv({ entries, metrics, decimals }: LeaderboardView): string {
  const head = [
    'rank',
    'rank_low',
    'rank_high',
    'team',
    'team_name',
    'algorithm',
    'submission',
    'submitted_at',
  ];
  const columns = metrics.flatMap(({ metric }) =>
    ['mean', 'low', 'high', 'rank'].map((part) => `${metric}_${part}`),
  );
  const lines = entries.map((entry) => [
    entry.rank,
    ...entry.rankInterval,
    entry.teamSlug,
    entry.teamName,
    entry.algorithm,
    entry.submissionId,
    entry.submittedAt,
    entry.failed,
    entry.meanRank,
    ...entry.scores.flatMap(({ mean, interval, rank }) => [
      fixed(mean, decimals),
      fixed(interval?.[0] ?? null, decimals),
      fixed(interval?.[1] ?? null, decimals),
      rank,
    ]),
  ]);
  const table = [[...head, 'failed_cases', 'mean_rank', ...columns], ...lines];
  return table.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** A number that we made, with the decimals that the phase shows. */
function fixed(value: number | null, decimals: number): number | null {
  return value === null ? null : Number(value.toFixed(decimals));
}

/**
 * One cell. A spreadsheet takes text that begins with = + - @ (or a tab or carriage return, or in some languages
 * one of the four in full width) for a formula and runs it: an apostrophe before it makes it text. Numbers are ours and stay as they are.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
