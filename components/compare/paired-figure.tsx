'use client';

import { formatTick } from '#components/figures/figure-rows.ts';
import { PlotFrame } from '#components/figures/plot-frame.tsx';
import { useScales } from '#components/figures/scales.ts';
import { XyChart } from '#components/figures/xy-chart.tsx';
import { caseDecimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { startOf } from '#components/submission/cases/lanes.ts';
import type { ComparedCases, ComparedPair, ComparisonView } from '#lib/api/pages/comparison.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';

const HEIGHT_PX = 380;
const DOT_PX = 4;

/** A metric of both teams on each case. */
export function PairedFigure({
  comparison,
  pair: { entries },
  cases: { metric, points },
}: {
  comparison: ComparisonView;
  pair: ComparedPair;
  cases: ComparedCases;
}) {
  const [a, b] = entries;
  const axis = axisOver(
    startOf(
      metric,
      points.flatMap((point) => [point.a, point.b]),
    ),
    metric.range,
  );
  const decimals = caseDecimalsShown(metric, comparison.decimals);
  const unit = unitOf(metric);
  const scale = { ...axis, format: (tick: number) => formatTick(tick, decimals) };
  const left = comparison.caseCount - points.length;
  return (
    <PlotFrame
      title={`Figure 1 | ${shortLabel(metric)} of both teams on each case`}
      caption={
        <>
          {direction(metric)} {metric.better} is better{unit ? `, in ${unit}` : ''}. Each circle is a case; on
          the dotted line both are equal.
          {left > 0 ? ` ${left} of ${comparison.caseCount} cases have no value of both and no circle.` : ''}
        </>
      }
      summary={`${metric.label} of ${a.teamName} against ${b.teamName} on ${points.length} cases.`}
      table={{
        columns: [
          { name: 'case', label: 'Case' },
          { name: a.teamSlug, label: a.teamName, decimals },
          { name: b.teamSlug, label: b.teamName, decimals },
        ],
        rows: points.map((point) => [point.caseId, point.a, point.b]),
      }}
      fileName={`${comparison.challengeSlug}-${comparison.phase.slug}-${a.teamSlug}-${b.teamSlug}-${metric.metric}`}
    >
      <XyChart x={{ ...scale, label: a.teamName }} y={{ ...scale, label: b.teamName }} heightPx={HEIGHT_PX}>
        <Marks points={points} axis={axis} />
      </XyChart>
    </PlotFrame>
  );
}

function Marks({ points, axis: { min, max } }: { points: ComparedCases['points']; axis: Axis }) {
  const scales = useScales();
  if (!scales) return null;
  return (
    <>
      <path
        className="plot-equal"
        d={`M${scales.x(min)} ${scales.y(min)}L${scales.x(max)} ${scales.y(max)}`}
      />
      {points.map(({ caseId, a, b }) => (
        <circle key={caseId} className="plot-point" cx={scales.x(a)} cy={scales.y(b)} r={DOT_PX}>
          <title>{`Case ${caseId}: ${a} and ${b}`}</title>
        </circle>
      ))}
    </>
  );
}
