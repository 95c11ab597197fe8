'use client';

import {
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  XAxis,
  YAxis,
} from 'recharts';
import { Marker } from '#components/leaderboard/table/marker.tsx';
import type { ReferenceLabel } from '#lib/domain/statistics/reference-labels.ts';
import { LEVEL_PX, VerticalReferences } from './references/reference-lines.tsx';
import { useNarrow } from './use-narrow.ts';

/** One row of a chart: a team. */
export interface ChartRow {
  key: string;
  name: string;
  /** 0 if the team isn't pinned. */
  series: number;
  /** At the right of the name, where there is room. */
  note: string;
  /** Whether a rule above parts it from the row before: another tier. */
  startsGroup: boolean;
}

export interface ChartAxis {
  min: number;
  max: number;
  ticks: readonly number[];
  format: (tick: number) => string;
}

const ROW_PX = 24;
const AXIS_PX = 26;
const NAMES_PX = { wide: 208, narrow: 124 };
const END_PX = 14;
/** Average width of a character at 12 px. */
const CHARACTER_PX = 6.6;

/**
 * A chart with a row for each team, in the order of the leaderboard, on one axis. Its marks are children, which find the
 * middle of row i at i + 0.5.
 */
export function RowChart({
  rows,
  axis,
  reference,
  references = [],
  children,
}: {
  rows: readonly ChartRow[];
  axis: ChartAxis;
  /** A vertical line. */
  reference?: number;
  /** Vertical lines with labels above the axis. */
  references?: readonly ReferenceLabel[];
  children: React.ReactNode;
}) {
  const narrow = useNarrow();
  const names = narrow ? NAMES_PX.narrow : NAMES_PX.wide;
  // Recharts needs data for its scales.
  const corners = [
    { x: axis.min, y: 0 },
    { x: axis.max, y: rows.length },
  ];
  const labelsPx = LEVEL_PX * Math.max(0, ...references.map(({ level }) => level + 1));
  return (
    <ResponsiveContainer width="100%" height={labelsPx + AXIS_PX + rows.length * ROW_PX}>
      <ScatterChart
        accessibilityLayer={false}
        tabIndex={-1}
        margin={{ top: labelsPx, right: END_PX, bottom: 0, left: 0 }}
      >
        <CartesianGrid horizontal={false} stroke="var(--rule-faint)" />
        <XAxis
          type="number"
          dataKey="x"
          orientation="top"
          height={AXIS_PX}
          domain={[axis.min, axis.max]}
          ticks={[...axis.ticks]}
          tickFormatter={axis.format}
          interval={narrow ? 'equidistantPreserveStart' : 0}
          axisLine={false}
          tickSize={4}
          stroke="var(--rule-mid)"
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[0, rows.length]}
          reversed
          width={names}
          ticks={rows.map((_, index) => index + 0.5)}
          interval={0}
          axisLine={false}
          tickLine={false}
          tick={({ y, index }: { y: number | string; index: number }) => (
            <RowName row={rows[index]!} y={Number(y)} width={names} showsNote={!narrow} />
          )}
        />
        {rows.map(({ key, startsGroup }, index) =>
          startsGroup && index > 0 ? <ReferenceLine key={key} y={index} stroke="var(--rule-mid)" /> : null,
        )}
        {reference === undefined ? null : (
          <ReferenceLine x={reference} stroke="var(--ref)" strokeDasharray="2 3" />
        )}
        <Scatter data={corners} shape={() => <g />} isAnimationActive={false} />
        <VerticalReferences references={references} rows={rows.length} />
        {children}
      </ScatterChart>
    </ResponsiveContainer>
  );
}

function RowName({
  row: { name, series, note },
  y,
  width,
  showsNote,
}: {
  row: ChartRow;
  y: number;
  width: number;
  showsNote: boolean;
}) {
  const room = Math.floor((width - 30 - (showsNote ? 48 : 0)) / CHARACTER_PX);
  return (
    <g>
      <title>{name}</title>
      <g className={`k${series}`} transform={`translate(8 ${y})`}>
        <Marker series={series} />
      </g>
      <text x={22} y={y} dy="0.35em" className={series > 0 ? 'lab b' : 'lab'}>
        {name.length > room ? `${name.slice(0, room - 1)}…` : name}
      </text>
      {showsNote ? (
        <text x={width - 12} y={y} dy="0.35em" textAnchor="end">
          {note}
        </text>
      ) : null}
    </g>
  );
}
