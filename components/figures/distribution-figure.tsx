'use client';

import { decimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { startOf } from '#components/submission/cases/lanes.ts';
import { swarm } from '#components/submission/cases/swarm.ts';
import type { FigureBox, FiguresView } from '#lib/api/leaderboards/figures.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';
import type { PlotTable } from './export-plot.ts';
import { type FigureProps, fileNameOf, formatTick, rowsOf, whichTeams } from './figure-rows.ts';
import { PlotFrame } from './plot-frame.tsx';
import { placeBaselines, referencesText } from './references/reference-lines.tsx';
import { RowChart } from './row-chart.tsx';
import { dotsPath, useScales } from './scales.ts';

const BOX_PX = 12;
const SWARM_PX = 9;
/** Width of a dot as a fraction of the axis, and rows of dots on either side of the middle of a row. */
const SWARM = { dot: 1 / 120, rows: 2 };

type Distribution = NonNullable<FiguresView['distribution']>;

/** The primary metric of each team over the cases: a box, and a dot per case where single cases are shown. */
export function DistributionFigure({ view, pins, number }: FigureProps) {
  const { distribution, metric, summary } = view;
  if (!distribution || distribution.boxes.every((box) => box === null)) return null;
  const decimals = decimalsShown(metric, view.decimals);
  const axis = axisOf(distribution, view);
  const label = shortLabel(metric);
  const hasDots = distribution.points.some((points) => points.length > 0);
  return (
    <PlotFrame
      title={`Figure ${number} | ${label} of each team over the cases`}
      caption={
        <>
          {direction(metric)} {metric.better} is better{unitOf(metric) ? `, in ${unitOf(metric)}` : ''}. The
          box spans the quartiles and the bar is the median of all cases that count, failed ones at the worst
          value. {dotsText(hasDots, view)}{' '}
          {summary === 'MEAN' ? 'Teams are ranked by means, not by medians. ' : ''}
          {referencesText(view)} Shown: {whichTeams(view)}.
        </>
      }
      summary={`Box plots of ${metric.label} for ${whichTeams(view)}.`}
      table={boxTable(view, distribution)}
      {...(hasDots && { csv: pointTable(view, distribution) })}
      fileName={fileNameOf(view, 'distribution')}
    >
      <RowChart
        rows={rowsOf(view, pins)}
        axis={{ ...axis, format: (tick) => formatTick(tick, decimals) }}
        references={placeBaselines(view, axis)}
      >
        <Marks
          distribution={distribution}
          axis={axis}
          series={rowsOf(view, pins).map(({ series }) => series)}
        />
      </RowChart>
    </PlotFrame>
  );
}

function dotsText(hasDots: boolean, { phase }: FiguresView): string {
  if (!hasDots)
    return 'This phase doesn’t show single cases to everyone, so there are no dots and no whiskers.';
  const text = 'Each dot is a case; the whiskers reach the farthest case within 1.5 box lengths.';
  return phase.kind === 'OPEN' ? text : `${text} Only organizers see dots and whiskers.`;
}

function axisOf({ boxes, points }: Distribution, { metric: { range }, baselines }: FiguresView): Axis {
  const ends = boxes.flatMap((box) => (box ? [box.low ?? box.q1, box.high ?? box.q3] : []));
  return axisOver(
    startOf({ range }, [...ends, ...points.flat(), ...baselines.map(({ value }) => value)]),
    range,
  );
}

function Marks({
  distribution,
  axis,
  series,
}: {
  distribution: Distribution;
  axis: Axis;
  series: readonly number[];
}) {
  const scales = useScales();
  if (!scales) return null;
  const { boxes, points } = distribution;
  return boxes.map((box, row) => {
    const middle = scales.y(row + 0.5);
    const own = points[row] ?? [];
    const across = swarm(
      own.map((value) => (value - axis.min) / (axis.max - axis.min)),
      SWARM,
    );
    const dots = own.map((value, at) => [scales.x(value), middle + across[at]! * SWARM_PX] as const);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
      <g key={row} className={`k${series[row]}`}>
        {box ? <Box box={box} middle={middle} x={scales.x} /> : null}
        <path className="plot-dots" d={dotsPath(dots)} />
        {box ? (
          <path
            className="plot-median"
            d={`M${scales.x(box.median)} ${middle - BOX_PX / 2 - 1}v${BOX_PX + 2}`}
          />
        ) : null}
      </g>
    );
  });
}

function Box({ box, middle, x }: { box: FigureBox; middle: number; x: (value: number) => number }) {
  const [left, right] = [x(box.q1), x(box.q3)];
  const whiskers =
    box.low === null || box.high === null
      ? ''
      : `M${x(box.low)} ${middle - 3}v6m0 -3H${left}M${right} ${middle}H${x(box.high)}m0 -3v6`;
  return (
    <>
      <rect
        className="plot-box"
        x={left}
        y={middle - BOX_PX / 2}
        width={Math.max(right - left, 0.5)}
        height={BOX_PX}
      />
      <path className="plot-line" d={whiskers} />
    </>
  );
}

function boxTable({ teams, decimals, metric }: FiguresView, { boxes, points }: Distribution): PlotTable {
  const places = decimalsShown(metric, decimals);
  const hasWhiskers = points.some((own) => own.length > 0);
  return {
    columns: [
      { name: 'team', label: 'Team' },
      { name: 'n', label: 'n' },
      { name: 'failed', label: 'Failed' },
      { name: 'q1', label: 'Lower quartile', decimals: places },
      { name: 'median', label: 'Median', decimals: places },
      { name: 'q3', label: 'Upper quartile', decimals: places },
      ...(hasWhiskers
        ? [
            { name: 'whisker_low', label: 'Whisker from', decimals: places },
            { name: 'whisker_high', label: 'to', decimals: places },
          ]
        : []),
    ],
    rows: teams.map(({ teamName }, index) => {
      const box = boxes[index];
      const whiskers = hasWhiskers ? [box?.low ?? null, box?.high ?? null] : [];
      return [
        teamName,
        ...[box?.n ?? null, box?.failed ?? null, box?.q1 ?? null, box?.median ?? null, box?.q3 ?? null],
        ...whiskers,
      ];
    }),
  };
}

/** One line per dot. */
function pointTable({ teams, metric }: FiguresView, { points }: Distribution): PlotTable {
  return {
    columns: [
      { name: 'team', label: 'Team' },
      { name: metric.metric, label: metric.label },
    ],
    rows: teams.flatMap(({ teamName }, index) => points[index]!.map((value) => [teamName, value])),
  };
}
