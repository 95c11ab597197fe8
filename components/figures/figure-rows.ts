import { formatRankRange } from '#components/format/quantity.ts';
import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import { seriesOf } from '#lib/api/pages/leaderboard-pins.ts';
import type { ChartRow } from './row-chart.tsx';

/** What every figure of a leaderboard is given. */
export interface FigureProps {
  view: FiguresView;
  /** Slugs of the pinned teams. */
  pins: readonly string[];
  number: number;
}

/** The teams as rows, with a rule where a tier begins. */
export function rowsOf({ teams }: Pick<FiguresView, 'teams'>, pins: readonly string[]): ChartRow[] {
  return teams.map(({ teamSlug, teamName, rankRange, tier }, index) => ({
    key: teamSlug,
    name: teamName,
    series: seriesOf(pins, teamSlug),
    note: formatRankRange(rankRange),
    startsGroup: tier !== teams[index - 1]?.tier,
  }));
}

/** Name of a file of a figure, without its ending. */
export function fileNameOf({ challengeSlug, phase }: FiguresView, figure: string): string {
  return `${challengeSlug}-${phase.slug}-${figure}`;
}

/** "all 14 teams", "the first 30 of 500 teams, and those that you pinned" */
export function whichTeams({ teams, total }: Pick<FiguresView, 'teams' | 'total'>): string {
  if (teams.length === total) return total === 1 ? 'the only team' : `all ${total} teams`;
  return `${teams.length} of ${total} teams: the first ones, and those that you pinned`;
}

/** With no more decimals than the tick has. */
export function formatTick(tick: number, decimals: number): string {
  return String(Number(tick.toFixed(Math.max(decimals, 2)))).replace('-', '−');
}
