import type { Axis } from '#lib/domain/statistics/axis.ts';
import { Marker } from './marker.tsx';

/** Position on the axis in percent. */
export function onAxis(axis: Axis, value: number): number {
  if (axis.max === axis.min) return 50;
  const share = (value - axis.min) / (axis.max - axis.min);
  return Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3));
}

/** Mean and 95% interval of one entry on the axis that all entries share. */
export function Whisker({
  axis,
  mean,
  interval,
  series,
  label,
  className,
}: {
  axis: Axis;
  mean: number | null;
  interval: [number, number] | null;
  series: number;
  label: string;
  className?: string;
}) {
  const ends = interval?.map((end) => `${onAxis(axis, end)}%`);
  return (
    <svg className={`${className ?? ''} k${series}`} role="img" aria-label={label}>
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          className="gr"
          x1={`${onAxis(axis, tick)}%`}
          x2={`${onAxis(axis, tick)}%`}
          y1="0"
          y2="100%"
        />
      ))}
      {ends ? (
        <>
          <line className="ln" x1={ends[0]} x2={ends[1]} y1="50%" y2="50%" />
          {ends.map((end, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the low and the high end, which may be equal
            <svg key={index} x={end} y="50%" overflow="visible" aria-hidden="true">
              <line className="ln" y1="-4" y2="4" />
            </svg>
          ))}
        </>
      ) : null}
      {mean === null ? null : (
        <svg
          className={`k${series}`}
          x={`${onAxis(axis, mean)}%`}
          y="50%"
          overflow="visible"
          aria-hidden="true"
        >
          <Marker series={series} />
        </svg>
      )}
    </svg>
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
