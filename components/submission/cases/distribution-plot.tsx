'use client';

import { memo, type PointerEvent, useSyncExternalStore } from 'react';
import {
  CartesianGrid,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  XAxis,
  YAxis,
} from 'recharts';
import type { Box } from '#lib/domain/statistics/distribution.ts';
import { heightOf, type LaneShape, nearestDot, type Panel } from './lanes.ts';

/** Room for the ticks above the lanes, and for half a label at both ends of the axis. */
const AXIS_PX = 24;
const MARGIN_PX = 12;
const REACH_PX = 28;
/** On a phone, a lane’s name and numbers are above its dots, otherwise beside them (distribution.css). */
const NARROW = '(max-width: 719px)';
const WIDE_LANE: LaneShape = { middle: 0.5, box: 0.36, spread: 0.27 };
const NARROW_LANE: LaneShape = { middle: 0.64, box: 0.26, spread: 0.2 };

/** The lanes of one panel over their axis. Hidden from screen readers: the labels and the table say the same. */
export function DistributionPlot({
  panel,
  picked,
  onPick,
}: {
  panel: Panel;
  picked: string | null;
  onPick: (caseId: string) => void;
}) {
  const shape = useSyncExternalStore(watchWidth, shapeOfWidth);
  const pick = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const axisPx = width - 2 * MARGIN_PX;
    const lanePx = (height - AXIS_PX) / panel.lanes.length;
    const at = {
      x: (event.clientX - left - MARGIN_PX) / axisPx,
      y: (event.clientY - top - AXIS_PX) / lanePx,
    };
    const dot = nearestDot(panel, shape, at, { axisPx, lanePx, reachPx: REACH_PX });
    if (dot) onPick(dot.caseId);
  };
  return (
    <div className="lane-plot" aria-hidden="true" onPointerMove={pick} onPointerDown={pick}>
      <Chart panel={panel} shape={shape} picked={picked} />
    </div>
  );
}

function watchWidth(onChange: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

function shapeOfWidth(): LaneShape {
  return matchMedia(NARROW).matches ? NARROW_LANE : WIDE_LANE;
}

/** Memoized, so that it renders only when another case is picked. */
const Chart = memo(function Chart({
  panel: { axis, lanes },
  shape,
  picked,
}: {
  panel: Panel;
  shape: LaneShape;
  picked: string | null;
}) {
  const dots = lanes.flatMap((lane) => lane.dots).map((dot) => ({ ...dot, y: heightOf(dot, shape) }));
  const marked = dots.filter(({ caseId }) => caseId === picked);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart
        accessibilityLayer={false}
        tabIndex={-1}
        margin={{ top: 0, right: MARGIN_PX, bottom: 0, left: MARGIN_PX }}
      >
        <CartesianGrid horizontal={false} stroke="var(--rule-faint)" />
        <XAxis
          type="number"
          dataKey="value"
          orientation="top"
          height={AXIS_PX}
          domain={[axis.min, axis.max]}
          ticks={axis.ticks}
          interval={0}
          axisLine={false}
          tickSize={4}
          stroke="var(--rule-mid)"
        />
        <YAxis type="number" dataKey="y" domain={[0, lanes.length]} reversed hide />
        {lanes.slice(1).map(({ metric }, index) => (
          <ReferenceLine key={metric.metric} y={index + 1} stroke="var(--rule-faint)" />
        ))}
        {lanes.map(({ metric, box }, index) =>
          box ? <BoxMarks key={metric.metric} box={box} lane={index} shape={shape} /> : null,
        )}
        <Scatter data={dots} shape={dotShape} isAnimationActive={false} />
        <Scatter data={marked} shape={markedShape} isAnimationActive={false} />
      </ScatterChart>
    </ResponsiveContainer>
  );
});

function BoxMarks({ box, lane, shape }: { box: Box; lane: number; shape: LaneShape }) {
  const middle = lane + shape.middle;
  const [top, bottom] = [middle - shape.box, middle + shape.box];
  const cap = shape.box / 3;
  const ink = { stroke: 'var(--ink)', strokeWidth: 1 };
  const line = (from: [number, number], to: [number, number], strokeWidth = 1) => (
    <ReferenceLine
      segment={[
        { x: from[0], y: from[1] },
        { x: to[0], y: to[1] },
      ]}
      {...ink}
      strokeWidth={strokeWidth}
    />
  );
  return (
    <>
      <ReferenceArea
        x1={box.q1}
        x2={box.q3}
        y1={top}
        y2={bottom}
        fill="var(--wash)"
        fillOpacity={1}
        {...ink}
      />
      {line([box.low, middle], [box.q1, middle])}
      {line([box.q3, middle], [box.high, middle])}
      {line([box.low, middle - cap], [box.low, middle + cap])}
      {line([box.high, middle - cap], [box.high, middle + cap])}
      {line([box.median, top], [box.median, bottom], 3)}
    </>
  );
}

interface DotPlace {
  cx?: number | undefined;
  cy?: number | undefined;
}

function dotShape({ cx, cy }: DotPlace) {
  return <circle className="case-dot" cx={cx ?? 0} cy={cy ?? 0} r={2.6} />;
}

function markedShape({ cx, cy }: DotPlace) {
  return <circle className="case-dot marked" cx={cx ?? 0} cy={cy ?? 0} r={5} />;
}
