'use client';

import type { ChartAxis } from '#components/figures/row-chart.tsx';
import { useScales } from '#components/figures/scales.ts';
import { XyChart } from '#components/figures/xy-chart.tsx';

export interface Bar {
  /** On the axis. */
  from: number;
  to: number;
  count: number;
}

const HEIGHT_PX = 240;
const GAP_PX = 1;

/** Numbers of cases as bars on an axis of numbers. `mark` is a value with a label, such as the median. */
export function BarChart({
  bars,
  axis,
  mark = null,
}: {
  bars: readonly Bar[];
  axis: ChartAxis & { label: string };
  mark?: { at: number; label: string } | null;
}) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = niceStep(most);
  // With room for the label of the mark above the highest bar.
  const top = Math.ceil((most * 1.12) / step) * step;
  const ticks = Array.from({ length: top / step + 1 }, (_, index) => index * step);
  return (
    <XyChart x={axis} y={{ min: 0, max: top, ticks, format: String, label: 'Cases' }} heightPx={HEIGHT_PX}>
      <Bars bars={bars} mark={mark} top={top} />
    </XyChart>
  );
}

/** 1, 2 or 5 times a power of ten, so that there are at most five ticks. */
function niceStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].find((factor) => factor * power * 5 >= most)! * power;
  return Math.max(1, step);
}

function Bars({
  bars,
  mark,
  top,
}: {
  bars: readonly Bar[];
  mark: { at: number; label: string } | null;
  top: number;
}) {
  const scales = useScales();
  if (!scales) return null;
  const floor = scales.y(0);
  return (
    <>
      {bars.map(({ from, to, count }) => {
        const left = scales.x(from) + GAP_PX / 2;
        const width = Math.max(1, scales.x(to) - scales.x(from) - GAP_PX);
        const y = scales.y(count);
        return <rect key={from} className="data-bar" x={left} y={y} width={width} height={floor - y} />;
      })}
      {mark ? (
        <g>
          <path className="plot-equal" d={`M${scales.x(mark.at)} ${floor}V${scales.y(top)}`} />
          <text className="lab" x={scales.x(mark.at) + 5} y={scales.y(top) + 10}>
            {mark.label}
          </text>
        </g>
      ) : null}
    </>
  );
}
