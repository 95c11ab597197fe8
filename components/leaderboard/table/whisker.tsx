import type { CSSProperties } from 'react';
import type { Axis } from '#lib/domain/statistics/axis.ts';
import type { ReferenceLabel } from '#lib/domain/statistics/reference-labels.ts';
import { Marker } from './marker.tsx';

/** Height of a line of labels above the axis. */
const LEVEL_PX = 14;

/** Position on the axis in percent. */
export function onAxis(axis: Axis, value: number): number {
  if (axis.max === axis.min) return 50;
  const share = (value - axis.min) / (axis.max - axis.min);
  return Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3));
}

/** Lines at the ticks and at the references as a background, for all whiskers of a table. */
export function gridOf(axis: Axis, references: readonly ReferenceLabel[] = []): CSSProperties {
  const line = (image: string, value: number) => `${image} ${onAxis(axis, value)}% 0 / 1px 100% no-repeat`;
  const lines = [
    ...references.map(({ value }) =>
      line('repeating-linear-gradient(var(--ref) 0 2px, transparent 2px 5px)', value),
    ),
    ...axis.ticks.map((tick) => line('linear-gradient(var(--rule-faint) 0 0)', tick)),
  ];
  return {
    '--grid': lines.join(', '),
    '--references': `${LEVEL_PX * levelsOf(references)}px`,
  } as CSSProperties;
}

function levelsOf(references: readonly ReferenceLabel[]): number {
  return Math.max(0, ...references.map(({ level }) => level + 1));
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
export function AxisTicks({
  axis,
  caption,
  references = [],
}: {
  axis: Axis;
  caption: string;
  references?: readonly ReferenceLabel[];
}) {
  return (
    <svg className="plot" aria-hidden="true">
      {references.map(({ name, text, value, level, anchor }) => {
        const x = `${onAxis(axis, value)}%`;
        const y = LEVEL_PX * (level + 1) - 2;
        return (
          <g key={name}>
            <line className="reference" x1={x} x2={x} y1={y + 3} y2="100%" />
            <text className="reference" x={x} y={y} textAnchor={anchor}>
              {text}
            </text>
          </g>
        );
      })}
      <text className="lab2" x="0" y={24 + LEVEL_PX * levelsOf(references)}>
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
