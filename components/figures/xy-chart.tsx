'use client';

import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, XAxis, YAxis } from 'recharts';
import type { ChartAxis } from './row-chart.tsx';
import { useNarrow } from './use-narrow.ts';

const AXIS_PX = { x: 42, y: 52 };

interface LabelledAxis extends ChartAxis {
  label: string;
}

/** A chart with two axes of numbers. Its marks are children. */
export function XyChart({
  x,
  y,
  heightPx,
  endPx = 14,
  children,
}: {
  x: LabelledAxis;
  y: LabelledAxis;
  heightPx: number;
  /** Room for labels at the right. */
  endPx?: number;
  children: React.ReactNode;
}) {
  const narrow = useNarrow();
  // Recharts needs data for its scales.
  const corners = [
    { x: x.min, y: y.min },
    { x: x.max, y: y.max },
  ];
  const label = { fill: 'var(--ink-3)', fontSize: 12 };
  return (
    <ResponsiveContainer width="100%" height={heightPx}>
      <ScatterChart
        accessibilityLayer={false}
        tabIndex={-1}
        margin={{ top: 10, right: endPx, bottom: 0, left: 0 }}
      >
        <CartesianGrid stroke="var(--rule-faint)" />
        <XAxis
          type="number"
          dataKey="x"
          height={AXIS_PX.x}
          domain={[x.min, x.max]}
          ticks={[...x.ticks]}
          tickFormatter={x.format}
          interval={narrow ? 'equidistantPreserveStart' : 0}
          tickSize={4}
          stroke="var(--rule-mid)"
          label={{ ...label, value: x.label, position: 'insideBottom', offset: 2 }}
        />
        <YAxis
          type="number"
          dataKey="y"
          width={AXIS_PX.y}
          domain={[y.min, y.max]}
          ticks={[...y.ticks]}
          tickFormatter={y.format}
          interval={0}
          tickSize={4}
          stroke="var(--rule-mid)"
          label={{
            ...label,
            value: y.label,
            angle: -90,
            position: 'insideLeft',
            offset: 6,
            style: { textAnchor: 'middle' },
          }}
        />
        <Scatter data={corners} shape={() => <g />} isAnimationActive={false} />
        {children}
      </ScatterChart>
    </ResponsiveContainer>
  );
}
