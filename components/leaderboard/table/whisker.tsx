import type { CSSProperties } from 'react';
import type { Axis } from '#lib/domain/statistics/axis.ts';
import { Marker } from './marker.tsx';

/** Position on the axis in percent. */
export function onAxis(axis: Axis, value: number): number {
  if (axis.max === axis.min) return 50;
  const share = (value - axis.min) / (axis.max - axis.min);
  return Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3));
}

/** Lines at the ticks as a background, for all whiskers of a table. */
export function gridOf(axis: Axis): CSSProperties {
  const lines = axis.ticks.map(
    (tick) => `linear-gradient(var(--rule-faint) 0 0) ${onAxis(axis, tick)}% 0 / 1px 100% no-repeat`,
  );
  return { '--grid': lines.join(', ') } as CSSProperties;
}

/**
 * Average and 95% interval of one entry on the axis that all entries share. The style sheet draws it, because a table has
 * many of them; only the shape of a pinned entry is a drawing of its own.
 */
export function Whisker({
  axis,
  value,
  interval,
  series,
  label,
}: {
  axis: Axis;
  value: number | null;
  interval: [number, number] | null;
  series: number;
  label: string;
}) {
  const style = {
    ...(interval && { '--low': `${onAxis(axis, interval[0])}%`, '--high': `${onAxis(axis, interval[1])}%` }),
    ...(value !== null && { '--value': `${onAxis(axis, value)}%` }),
  } as CSSProperties;
  const parts = ['whisker', `k${series}`, interval && 'ranged', value !== null && series === 0 && 'dot'];
  return (
    <span className={parts.filter(Boolean).join(' ')} role="img" aria-label={label} style={style}>
      {value !== null && series > 0 ? (
        <svg overflow="visible" aria-hidden="true">
          <Marker series={series} />
        </svg>
      ) : null}
    </span>
  );
}

/** The axis ticks in the heading of the plotted column. */
export function AxisTicks({ axis, caption }: { axis: Axis; caption: string }) {
  return (
    <svg className="plot" aria-hidden="true">
      <text className="lab2" x="0" y="24">
        {caption}
      </text>
      {axis.ticks.map((tick) => {
        const x = `${onAxis(axis, tick)}%`;
        return (
          <g key={tick}>
            <text x={x} y="100%" dy="-6" textAnchor="middle">
              {tick}
            </text>
            <svg x={x} y="100%" overflow="visible" aria-hidden="true">
              <line className="ax" y1="-3" y2="0" />
            </svg>
          </g>
        );
      })}
    </svg>
  );
}
