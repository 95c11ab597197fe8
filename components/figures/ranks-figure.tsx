'use client';

import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import type { PlotTable } from './export-plot.ts';
import { type FigureProps, fileNameOf, rowsOf, whichTeams } from './figure-rows.ts';
import { PlotFrame } from './plot-frame.tsx';
import { RowChart } from './row-chart.tsx';
import { useScales } from './scales.ts';

const LARGEST_PX = 10;
const MAX_TICKS = 12;

type Ranks = NonNullable<FiguresView['ranks']>;

/** How often each team had each rank in the replicates of the bootstrap. */
export function RanksFigure({ view, pins, number }: FigureProps) {
  const { ranks } = view;
  if (!ranks) return null;
  const rows = rowsOf(view, pins);
  const worst = Math.max(
    ...ranks.counts.map((counts) => (counts[0] ?? 1) + counts.length - 2),
    ...view.teams.map(({ rankRange }) => rankRange[1]),
  );
  const step = Math.max(1, Math.ceil(worst / MAX_TICKS));
  const ticks = Array.from({ length: Math.ceil(worst / step) }, (_, index) => 1 + index * step);
  return (
    <PlotFrame
      title={`Figure ${number} | Rank in ${ranks.replicates.toLocaleString('en')} draws of the cases`}
      caption={
        <>
          The area of a disk is the share of the draws in which the team had this rank. Each draw takes as
          many cases as there are, with replacement. The line is the rank range of Table 1, which all teams
          hold together with 95%. Shown: {whichTeams(view)}.
        </>
      }
      summary={`How often each of ${whichTeams(view)} had each rank.`}
      table={rankTable(view, ranks)}
      fileName={fileNameOf(view, 'ranks')}
    >
      <RowChart rows={rows} axis={{ min: 0.5, max: worst + 0.5, ticks, format: String }}>
        <Marks view={view} ranks={ranks} series={rows.map(({ series }) => series)} />
      </RowChart>
    </PlotFrame>
  );
}

function Marks({ view, ranks, series }: { view: FiguresView; ranks: Ranks; series: readonly number[] }) {
  const scales = useScales();
  if (!scales) return null;
  return ranks.counts.map(([best = 1, ...counts], row) => {
    const middle = scales.y(row + 0.5);
    const { teamSlug, teamName, rankRange } = view.teams[row]!;
    return (
      <g key={teamSlug} className={`k${series[row]}`}>
        <path className="plot-range" d={`M${scales.x(rankRange[0])} ${middle}H${scales.x(rankRange[1])}`} />
        {ranksOf(best, counts).map(({ rank, count }) => (
          <circle
            key={rank}
            className="plot-disk"
            cx={scales.x(rank)}
            cy={middle}
            r={Math.max(1, LARGEST_PX * Math.sqrt(count / ranks.replicates))}
          >
            <title>
              {teamName}: rank {rank} in {count} of {ranks.replicates} draws
            </title>
          </circle>
        ))}
      </g>
    );
  });
}

/** The ranks that a team had, and how often. */
function ranksOf(best: number, counts: readonly number[]): { rank: number; count: number }[] {
  return counts.map((count, index) => ({ rank: best + index, count })).filter(({ count }) => count > 0);
}

/** One row per team and rank that it had. */
function rankTable({ teams }: FiguresView, { counts, replicates }: Ranks): PlotTable {
  return {
    columns: [
      { name: 'team', label: 'Team' },
      { name: 'rank', label: 'Rank' },
      { name: 'draws', label: `Draws of ${replicates}` },
    ],
    rows: teams.flatMap(({ teamName }, row) => {
      const [best = 1, ...own] = counts[row]!;
      return ranksOf(best, own).map(({ rank, count }) => [teamName, rank, count]);
    }),
  };
}
