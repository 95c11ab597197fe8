import { averageOf } from '#lib/domain/phases/settings.ts';
import type { LeaderboardEntry, LeaderboardView } from './leaderboards.ts';

/** A leaderboard as CSV (RFC 4180) with one line per team. */
export function leaderboardCsv({
  entries,
  metrics,
  decimals,
  summary,
}: Pick<LeaderboardView, 'metrics' | 'decimals' | 'summary'> & {
  entries: readonly Omit<LeaderboardEntry, 'falseOrder' | 'firstInHalves' | 'methodRanks' | 'history'>[];
}): string {
  const head = [
    'rank',
    'rank_low',
    'rank_high',
    'tier',
    'team',
    'team_name',
    'algorithm',
    'submission',
    'submitted_at',
  ];
  const columns = metrics.flatMap(({ metric, over }) =>
    [over === 'set' ? 'value' : averageOf({ summary }), 'low', 'high', 'rank'].map(
      (part) => `${metric}_${part}`,
    ),
  );
  const lines = entries.map((entry) => [
    entry.rank,
    ...entry.rankRange,
    entry.tier,
    entry.teamSlug,
    entry.teamName,
    entry.algorithm,
    entry.submissionId,
    entry.submittedAt,
    entry.failed,
    entry.meanRank,
    ...entry.scores.flatMap(({ value, interval, rank }) => [
      fixed(value, decimals),
      fixed(interval?.[0] ?? null, decimals),
      fixed(interval?.[1] ?? null, decimals),
      rank,
    ]),
  ]);
  const table = [[...head, 'failed_cases', 'mean_rank', ...columns], ...lines];
  return table.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** A number with the decimals that the phase shows. */
function fixed(value: number | null, decimals: number): number | null {
  return value === null ? null : Number(value.toFixed(decimals));
}

/**
 * Formats a cell. Spreadsheets run text as a formula if it begins with = + - @, a tab or a carriage return,
 * or in some languages with a full-width form of the first four. An apostrophe in front marks it as text.
 * Numbers are generated here and stay unchanged.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
