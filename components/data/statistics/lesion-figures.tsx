'use client';

import { PlotFrame } from '#components/figures/plot-frame.tsx';
import { MANY_LESIONS, type VariantStatistics, VOLUME_EDGES_ML } from '#lib/domain/datasets/statistics.ts';
import { counted } from '#lib/domain/units.ts';
import { BarChart } from './bars.tsx';

type Lesions = NonNullable<VariantStatistics['lesions']>;

interface Props {
  lesions: Lesions;
  fileName: string;
}

/** How large the lesions are, and how many a case has. */
export function LesionFigures(props: Props) {
  return (
    <div className="figure-grid">
      <VolumesFigure {...props} />
      <CountsFigure {...props} />
    </div>
  );
}

function VolumesFigure({ lesions, fileName }: Props) {
  const { volumes, quartilesMl, cases, without } = lesions;
  const bins = binsOf(volumes);
  if (!quartilesMl || bins.length === 0) return null;
  const [low, median, high] = quartilesMl;
  const from = Math.floor(bins[0]!.from);
  const to = Math.ceil(bins.at(-1)!.to);
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const empty = without === 0 ? '' : ` (${without} have none)`;
  return (
    <PlotFrame
      title="Figure 1 | Lesion volume"
      caption={`n = ${counted(cases - without, 'case')} with a lesion${empty}, log axis. Half of them lie between ${ml(low)} and ${ml(high)}.`}
      summary={`The number of cases by lesion volume; the median is ${ml(median)}.`}
      table={{
        columns: [
          { name: 'volume_ml', label: 'Volume in ml' },
          { name: 'cases', label: 'Cases', decimals: 0 },
        ],
        rows: bins.map((bin) => [
          `${shortNumber(10 ** bin.from)} to ${shortNumber(10 ** bin.to)}`,
          bin.count,
        ]),
      }}
      fileName={`${fileName}-volumes`}
    >
      <BarChart
        bars={bins}
        axis={{ min: from, max: to, ticks, format: (tick) => shortNumber(10 ** tick), label: 'ml' }}
        mark={{ at: Math.log10(median), label: `median ${ml(median)}` }}
      />
    </PlotFrame>
  );
}

/** By the logarithm of their edges, without empty ones at both ends. Volumes beyond the edges count to the nearest bin. */
function binsOf(volumes: readonly number[]): { from: number; to: number; count: number }[] {
  const inner = volumes.slice(1, -1);
  inner[0]! += volumes[0]!;
  inner[inner.length - 1]! += volumes.at(-1)!;
  const bins = inner.map((count, index) => ({
    from: Math.log10(VOLUME_EDGES_ML[index]!),
    to: Math.log10(VOLUME_EDGES_ML[index + 1]!),
    count,
  }));
  const first = bins.findIndex(({ count }) => count > 0);
  const last = bins.findLastIndex(({ count }) => count > 0);
  return first === -1 ? [] : bins.slice(first, last + 1);
}

function CountsFigure({ lesions: { counts, cases }, fileName }: Props) {
  const last = counts.findLastIndex((count) => count > 0);
  const shown = counts.slice(0, Math.max(last, 1) + 1);
  const label = (lesions: number) => (lesions === MANY_LESIONS ? `${lesions}+` : String(lesions));
  return (
    <PlotFrame
      title="Figure 2 | Lesions of a case"
      caption={`n = ${counted(cases, 'case')}. Voxels that touch, also by a corner, are one lesion.`}
      summary="The number of cases by how many lesions they have."
      table={{
        columns: [
          { name: 'lesions', label: 'Lesions' },
          { name: 'cases', label: 'Cases', decimals: 0 },
        ],
        rows: shown.map((count, lesions) => [label(lesions), count]),
      }}
      fileName={`${fileName}-lesions`}
    >
      <BarChart
        bars={shown.map((count, lesions) => ({ from: lesions - 0.4, to: lesions + 0.4, count }))}
        axis={{
          min: -0.5,
          max: shown.length - 0.5,
          ticks: shown.map((_, lesions) => lesions),
          format: label,
          label: 'lesions',
        }}
      />
    </PlotFrame>
  );
}

function ml(value: number): string {
  return `${shortNumber(value)}\u00a0ml`;
}

/** Two digits that count: "0.012", "4.9", "390" */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}
