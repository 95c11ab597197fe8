'use client';

import { decimalsShown, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { utcDateTime, utcDay } from '#components/format/time.ts';
import { Marker } from '#components/leaderboard/table/marker.tsx';
import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';
import type { PlotTable } from './export-plot.ts';
import { type FigureProps, fileNameOf, formatTick, rowsOf, whichTeams } from './figure-rows.ts';
import { bestSoFar, dayTicks, spreadLabels } from './history.ts';
import { PlotFrame } from './plot-frame.tsx';
import { HorizontalReferences, referencesText } from './references/reference-lines.tsx';
import type { ChartRow } from './row-chart.tsx';
import { dotsPath, useScales } from './scales.ts';
import { XyChart } from './xy-chart.tsx';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HEIGHT_PX = 320;
const LABELS_PX = 132;
const LABEL_PX = 15;
const LABEL_CHARACTERS = 17;
/** Without pinned teams, so many of the first ones have a label. */
const LABELLED = 3;

/** The best score of each team so far, over the time of the phase. */
export function HistoryFigure({ view, pins, number }: FigureProps) {
  const { metric, phase, history } = view;
  const points = history.flat();
  if (points.length === 0) return null;
  const decimals = decimalsShown(metric, view.decimals);
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  const axis = axisOver([...values, ...view.baselines.map(({ value }) => value)], metric.range);
  const times = points.map(([minute]) => minute * MINUTE_MS);
  const from = Math.min(Date.parse(phase.opensAt), ...times);
  const to = Math.max(Math.min(Date.parse(phase.closesAt), Date.parse(view.asOf)), from + HOUR_MS, ...times);
  const unit = unitOf(metric);
  return (
    <PlotFrame
      title={`Figure ${number} | Best ${shortLabel(metric)} so far`}
      caption={
        <>
          Each dot is a submission of a {pins.length > 0 ? 'pinned' : 'labelled'} team, and each line the best
          of a team until then. Times are UTC. {referencesText(view)} Shown: {whichTeams(view)}.
        </>
      }
      summary={`The best ${metric.label} over time of ${whichTeams(view)}.`}
      table={historyTable(view, decimals)}
      fileName={fileNameOf(view, 'best-so-far')}
    >
      <XyChart
        x={{ min: from, max: to, ticks: dayTicks(from, to), format: shortDay, label: '' }}
        y={{
          ...axis,
          format: (tick) => formatTick(tick, decimals),
          label: `${shortLabel(metric)}${unit ? ` in ${unit}` : ''}`,
        }}
        heightPx={HEIGHT_PX}
        endPx={LABELS_PX}
      >
        <HorizontalReferences references={view.baselines} from={from} to={to} bottom={axis.min} />
        <Lines view={view} rows={rowsOf(view, pins)} axis={axis} to={to} />
      </XyChart>
    </PlotFrame>
  );
}

function shortDay(time: number): string {
  return utcDay(new Date(time).toISOString());
}

function Lines({
  view,
  rows,
  axis,
  to,
}: {
  view: FiguresView;
  rows: readonly ChartRow[];
  axis: Axis;
  to: number;
}) {
  const scales = useScales();
  if (!scales) return null;
  const hasPins = rows.some(({ series }) => series > 0);
  const lines = rows.flatMap((row, index) => {
    const steps = bestSoFar(view.history[index]!, view.metric);
    if (steps.length === 0) return [];
    const isMarked = hasPins ? row.series > 0 : index < LABELLED;
    const places = steps.map(([minute, value]) => [scales.x(minute * MINUTE_MS), scales.y(value)] as const);
    return [{ row, points: view.history[index]!, places, isMarked }];
  });
  const marked = lines.filter(({ isMarked }) => isMarked);
  const labels = spreadLabels(
    marked.map(({ places }) => places.at(-1)![1]),
    LABEL_PX,
    scales.y(axis.min),
  );
  const end = scales.x(to);
  return (
    <>
      {[...lines.filter(({ isMarked }) => !isMarked), ...marked].map(({ row, places, points, isMarked }) => (
        <g key={row.key} className={`k${row.series}`}>
          <path className={isMarked ? 'plot-step marked' : 'plot-step'} d={stepPath(places, end)}>
            <title>{row.name}</title>
          </path>
          {isMarked ? (
            <path
              className="plot-dots large"
              d={dotsPath(
                points.flatMap(([minute, value]) =>
                  value === null ? [] : [[scales.x(minute * MINUTE_MS), scales.y(value)] as const],
                ),
              )}
            />
          ) : null}
        </g>
      ))}
      {marked.map(({ row, places }, index) => (
        <g key={row.key} className={`k${row.series}`}>
          <g transform={`translate(${end} ${places.at(-1)![1]})`}>
            <Marker series={row.series} />
          </g>
          <text className="lab" x={end + 10} y={labels[index]! + 4}>
            {row.name.length > LABEL_CHARACTERS ? `${row.name.slice(0, LABEL_CHARACTERS - 1)}…` : row.name}
          </text>
        </g>
      ))}
    </>
  );
}

function stepPath(places: readonly (readonly [number, number])[], end: number): string {
  const [first, ...rest] = places;
  return `M${first![0]} ${first![1]}${rest.map(([x, y]) => `H${x}V${y}`).join('')}H${end}`;
}

function historyTable({ teams, history, metric }: FiguresView, decimals: number): PlotTable {
  return {
    columns: [
      { name: 'team', label: 'Team' },
      { name: 'submitted_at', label: 'Submitted' },
      { name: metric.metric, label: metric.label, decimals },
      { name: 'best_so_far', label: 'Best so far', decimals },
    ],
    rows: teams.flatMap(({ teamName }, index) => {
      const steps = bestSoFar(history[index]!, metric);
      return history[index]!.map(([minute, value]) => {
        const best = steps.findLast(([at]) => at <= minute)?.[1] ?? null;
        return [teamName, utcDateTime(new Date(minute * MINUTE_MS).toISOString()), value, best];
      });
    }),
  };
}
