'use client';

import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import { axisOver } from '#lib/domain/statistics/axis.ts';
import { AGREEMENT_COLUMNS, agreementCells } from './agreement-cells.ts';
import type { PlotTable } from './export-plot.ts';
import { type FigureProps, fileNameOf, formatTick, rowsOf, whichTeams } from './figure-rows.ts';
import { PlotFrame } from './plot-frame.tsx';
import { RowChart } from './row-chart.tsx';
import { useScales } from './scales.ts';

const BAR_PX = 8;

type OfTeams = NonNullable<FiguresView['agreement']>;

/** How well predicted and true volumes of each team agree. */
export function AgreementFigure({ view, pins, number }: FigureProps) {
  const { agreement } = view;
  if (!agreement || agreement.every((one) => one === null)) return null;
  const rows = rowsOf(view, pins);
  const ends = agreement.flatMap((one) => (one ? [one.lowerInterval[0], one.upperInterval[1]] : []));
  const axis = axisOver([0, ...ends], [null, null]);
  return (
    <PlotFrame
      title={`Figure ${number} | Agreement of predicted and true volumes`}
      caption={
        <>
          Predicted minus true volume in ml: the dot is the mean (bias) and the outer marks are the 95% limits
          of agreement, each with its 95% interval (Bland and Altman). The table has ICC(2,1) and Lin’s
          concordance. Failed cases have no volume and are left out. Nothing is ranked by this. Shown:{' '}
          {whichTeams(view)}.
        </>
      }
      summary={`Bias and limits of agreement of volumes for ${whichTeams(view)}.`}
      table={agreementTable(view, agreement)}
      fileName={fileNameOf(view, 'volumes')}
    >
      <RowChart rows={rows} axis={{ ...axis, format: (tick) => formatTick(tick, 1) }} reference={0}>
        <Marks agreement={agreement} series={rows.map(({ series }) => series)} />
      </RowChart>
    </PlotFrame>
  );
}

function Marks({ agreement, series }: { agreement: OfTeams; series: readonly number[] }) {
  const scales = useScales();
  if (!scales) return null;
  return agreement.map((one, row) => {
    if (!one) return null;
    const middle = scales.y(row + 0.5);
    const bar = ([low, high]: readonly [number, number]) => (
      <rect
        className="plot-interval"
        x={scales.x(low)}
        y={middle - BAR_PX / 2}
        width={Math.max(0.5, scales.x(high) - scales.x(low))}
        height={BAR_PX}
      />
    );
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
      <g key={row} className={`k${series[row]}`}>
        {bar(one.lowerInterval)}
        {bar(one.biasInterval)}
        {bar(one.upperInterval)}
        <path
          className="plot-range"
          d={`M${scales.x(one.lower)} ${middle - 5}v10m0 -5H${scales.x(one.upper)}m0 -5v10`}
        />
        <circle className="plot-disk solid" cx={scales.x(one.bias)} cy={middle} r={3.6} />
      </g>
    );
  });
}

function agreementTable({ teams, decimals }: FiguresView, found: OfTeams): PlotTable {
  return {
    columns: [{ name: 'team', label: 'Team' }, ...AGREEMENT_COLUMNS],
    rows: teams.map(({ teamName }, index) => [teamName, ...agreementCells(found[index] ?? null, decimals)]),
  };
}
