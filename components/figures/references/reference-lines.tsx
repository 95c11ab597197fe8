'use client';

import { spreadLabels } from '#components/figures/history.ts';
import { useScales } from '#components/figures/scales.ts';
import { decimalsShown } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import { averageOf } from '#lib/domain/phases/settings.ts';
import { MAX_REFERENCES, placeLabels, type ReferenceLabel } from '#lib/domain/statistics/reference-labels.ts';

/** Height of a line of labels. */
export const LEVEL_PX = 14;
const CHARACTER_PX = 6.2;
const GAP_PX = 8;
/** Of the axis on a phone. */
const AXIS_PX = 190;

/** The baselines as labelled lines on a horizontal axis; those outside of it are left out. */
export function placeBaselines(
  { baselines }: Pick<FiguresView, 'baselines'>,
  { min, max }: { min: number; max: number },
): ReferenceLabel[] {
  return placeLabels(
    baselines.filter(({ value }) => value >= min && value <= max),
    (value) => (max === min ? 0.5 : (value - min) / (max - min)),
    (text) => (text.length * CHARACTER_PX + GAP_PX) / AXIS_PX,
  );
}

/** Vertical lines through all rows of a chart, with labels above its axis. */
export function VerticalReferences({
  references,
  rows,
}: {
  references: readonly ReferenceLabel[];
  rows: number;
}) {
  const scales = useScales();
  if (!scales) return null;
  return references.map(({ name, text, value, level, anchor }) => {
    const [x, y] = [scales.x(value), LEVEL_PX * (level + 1) - 3];
    return (
      <g key={name}>
        <line className="reference" x1={x} x2={x} y1={y + 3} y2={scales.y(rows)} />
        <text className="reference" x={x} y={y} textAnchor={anchor}>
          <title>{name}</title>
          {text}
        </text>
      </g>
    );
  });
}

/** Horizontal lines with labels at the left, above them. */
export function HorizontalReferences({
  references,
  from,
  to,
  bottom,
}: {
  references: FiguresView['baselines'];
  /** Values of the horizontal axis, and the lowest one of the other axis. */
  from: number;
  to: number;
  bottom: number;
}) {
  const scales = useScales();
  if (!scales) return null;
  const shown = references.slice(0, MAX_REFERENCES).toSorted((a, b) => scales.y(a.value) - scales.y(b.value));
  const labels = spreadLabels(
    shown.map(({ value }) => scales.y(value) - 5),
    LEVEL_PX,
    scales.y(bottom),
  );
  return shown.map(({ name, value }, index) => (
    <g key={name}>
      <line
        className="reference"
        x1={scales.x(from)}
        x2={scales.x(to)}
        y1={scales.y(value)}
        y2={scales.y(value)}
      />
      <text className="reference" x={scales.x(from) + 6} y={labels[index]!}>
        {name}
      </text>
    </g>
  ));
}

/** What the lines are, in the caption of a figure; empty without any. */
export function referencesText(view: FiguresView): string {
  const { baselines, metric, summary, decimals } = view;
  if (baselines.length === 0) return '';
  const places = decimalsShown(metric, decimals);
  const list = new Intl.ListFormat('en', { type: 'conjunction' });
  const lines = baselines
    .slice(0, MAX_REFERENCES)
    .map(({ name, value }) => `${name} ${formatScore(value, places)}`);
  const average = metric.over === 'set' ? '' : `${averageOf({ summary })} `;
  return `Dotted lines: ${average}${metric.label} of the organizers’ baselines, ${list.format(lines)}.`;
}
