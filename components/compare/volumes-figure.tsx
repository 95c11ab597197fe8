'use client';

import { formatTick } from '#components/figures/figure-rows.ts';
import { PlotFrame } from '#components/figures/plot-frame.tsx';
import { useScales } from '#components/figures/scales.ts';
import { XyChart } from '#components/figures/xy-chart.tsx';
import type { Agreement } from '#lib/api/leaderboards/figures.ts';
import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import type { ComparisonView, VolumePoint } from '#lib/api/pages/comparison.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import type { Axis } from '#lib/domain/statistics/axis.ts';

const HEIGHT_PX = 380;
const DOT_PX = 4;
const LABELS_PX = 64;

/** The Bland–Altman plot of one team: predicted minus true volume over their mean. */
export function VolumesFigure({
  comparison,
  entry,
  points,
  agreement,
  axes: { x, y },
  number,
}: {
  comparison: ComparisonView;
  entry: LeaderboardEntry;
  points: readonly VolumePoint[];
  agreement: Agreement | null;
  /** The same for both teams. */
  axes: { x: Axis; y: Axis };
  number: number;
}) {
  const decimals = caseDecimals(comparison.decimals);
  const columns = [
    { name: 'case', label: 'Case' },
    ...['Predicted, ml', 'True, ml', 'Difference, ml'].map(toColumn),
  ];
  return (
    <PlotFrame
      title={`Figure ${number} | Volumes of ${entry.teamName}`}
      caption={
        <>
          Predicted minus true volume of each case over the mean of both, in ml (Bland and Altman). The middle
          line is the bias and the outer ones are the 95% limits of agreement; bands are their 95% intervals.{' '}
          {agreement ? '' : 'Too few cases have a volume for limits. '}Both teams’ plots have the same axes.
        </>
      }
      summary={`Bland–Altman plot of ${points.length} volumes of ${entry.teamName}.`}
      table={{
        columns: columns.map((column, index) => (index === 0 ? column : { ...column, decimals })),
        rows: points.map(({ caseId, predictedMl, trueMl }) => [
          caseId,
          predictedMl,
          trueMl,
          Number((predictedMl - trueMl).toFixed(decimals)),
        ]),
      }}
      fileName={`${comparison.challengeSlug}-${comparison.phase.slug}-${entry.teamSlug}-volumes`}
    >
      <XyChart
        x={{ ...x, format: (tick) => formatTick(tick, 1), label: 'Mean of both volumes, ml' }}
        y={{ ...y, format: (tick) => formatTick(tick, 1), label: 'Predicted − true, ml' }}
        heightPx={HEIGHT_PX}
        endPx={agreement ? LABELS_PX : 14}
      >
        <Marks points={points} agreement={agreement} x={x} />
      </XyChart>
    </PlotFrame>
  );
}

function toColumn(label: string): { name: string; label: string } {
  return { name: label.toLowerCase().replace(', ', '_'), label };
}

function Marks({
  points,
  agreement,
  x,
}: {
  points: readonly VolumePoint[];
  agreement: Agreement | null;
  x: Axis;
}) {
  const scales = useScales();
  if (!scales) return null;
  const [left, right] = [scales.x(x.min), scales.x(x.max)];
  const line = (value: number, [low, high]: readonly [number, number], label: string) => (
    <g>
      <rect
        className="plot-interval"
        x={left}
        y={scales.y(high)}
        width={right - left}
        height={Math.max(0.5, scales.y(low) - scales.y(high))}
      />
      <path className="plot-range" d={`M${left} ${scales.y(value)}H${right}`} />
      <text x={right + 6} y={scales.y(value) + 4}>
        {label}
      </text>
    </g>
  );
  return (
    <g className="k0">
      {agreement ? (
        <>
          {line(agreement.upper, agreement.upperInterval, formatTick(agreement.upper, 1))}
          {line(agreement.bias, agreement.biasInterval, formatTick(agreement.bias, 1))}
          {line(agreement.lower, agreement.lowerInterval, formatTick(agreement.lower, 1))}
        </>
      ) : null}
      <path className="plot-equal" d={`M${left} ${scales.y(0)}H${right}`} />
      {points.map(({ caseId, predictedMl, trueMl }) => (
        <circle
          key={caseId}
          className="plot-point"
          cx={scales.x((predictedMl + trueMl) / 2)}
          cy={scales.y(predictedMl - trueMl)}
          r={DOT_PX}
        >
          <title>{`Case ${caseId}: predicted ${predictedMl} ml, true ${trueMl} ml`}</title>
        </circle>
      ))}
    </g>
  );
}
