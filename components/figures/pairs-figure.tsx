'use client';

import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import type { PlotTable } from './export-plot.ts';
import { type FigureProps, fileNameOf, rowsOf, whichTeams } from './figure-rows.ts';
import { PlotFrame } from './plot-frame.tsx';
import { RowChart } from './row-chart.tsx';
import { useScales } from './scales.ts';

const MAX_CELL_PX = 18;
const GAP_PX = 2;
/** Of the adjusted p-value, for the shades of a cell. */
const STEPS = [0.001, 0.01, 0.05];
const MAX_TICKS = 15;

type Pairs = NonNullable<FiguresView['pairs']>;

/** Which differences between two teams the tests show. */
export function PairsFigure({ view, pins, number }: FigureProps) {
  const { pairs, teams } = view;
  if (!pairs || teams.length < 2) return null;
  // The same numbers name rows and columns.
  const rows = rowsOf(view, pins).map((row, index) => ({ ...row, name: `${index + 1} ${row.name}` }));
  const step = Math.max(1, Math.ceil(teams.length / MAX_TICKS));
  const ticks = teams.map((_, index) => index + 0.5).filter((_, index) => index % step === 0);
  const axis = { min: 0, max: teams.length, ticks, format: (tick: number) => String(Math.ceil(tick)) };
  return (
    <PlotFrame
      title={`Figure ${number} | Which differences the cases show`}
      caption={
        <>
          A filled square: the team of the row is better than that of the column (paired Wilcoxon test, Holm’s
          adjustment for all pairs; from faint to strong: p at most 0.05, 0.01, 0.001). An open circle: the
          cases can’t tell. A cross: the team of the column is better. Shown: {whichTeams(view)}.
        </>
      }
      summary={`Tests of each pair of ${whichTeams(view)}.`}
      table={pairTable(view, pairs)}
      fileName={fileNameOf(view, 'pairs')}
    >
      <RowChart rows={rows} axis={axis}>
        <Cells view={view} pairs={pairs} />
      </RowChart>
    </PlotFrame>
  );
}

function Cells({ view: { teams }, pairs }: { view: FiguresView; pairs: Pairs }) {
  const scales = useScales();
  if (!scales) return null;
  const size = Math.min(MAX_CELL_PX, scales.x(1) - scales.x(0) - GAP_PX);
  return pairs.better.map((row, a) =>
    row.map((better, offset) => {
      const b = a + 1 + offset;
      const p = pairs.adjusted[a]![offset] ?? null;
      if (p === null) return null;
      return (
        <Cell
          key={`${teams[a]!.teamSlug} ${teams[b]!.teamSlug}`}
          x={scales.x(b + 0.5)}
          y={scales.y(a + 0.5)}
          size={size}
          better={better}
          p={p}
          title={`${teams[a]!.teamName} and ${teams[b]!.teamName}: ${verdict(better, teams[a]!.teamName, teams[b]!.teamName)}, p = ${p}`}
        />
      );
    }),
  );
}

function Cell({
  x,
  y,
  size,
  better,
  p,
  title,
}: {
  x: number;
  y: number;
  size: number;
  better: number;
  p: number;
  title: string;
}) {
  const half = size / 2;
  if (better > 0) {
    const shade = STEPS.length - STEPS.findIndex((limit) => p <= limit);
    return (
      <rect className={`plot-e${shade}`} x={x - half} y={y - half} width={size} height={size}>
        <title>{title}</title>
      </rect>
    );
  }
  if (better < 0) {
    return (
      <path className="plot-line" d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`}>
        <title>{title}</title>
      </path>
    );
  }
  return (
    <circle className="plot-open" cx={x} cy={y} r={Math.min(3.5, half)}>
      <title>{title}</title>
    </circle>
  );
}

function verdict(better: number, a: string, b: string): string {
  if (better === 0) return 'can’t tell';
  return `${better > 0 ? a : b} is better`;
}

function pairTable({ teams }: FiguresView, { adjusted, better }: Pairs): PlotTable {
  return {
    columns: [
      { name: 'team', label: 'Team' },
      { name: 'other', label: 'Other team' },
      { name: 'better', label: 'Better' },
      { name: 'adjusted_p', label: 'Adjusted p' },
    ],
    rows: teams.flatMap(({ teamName }, a) =>
      (better[a] ?? []).flatMap((sign, offset) => {
        const other = teams[a + 1 + offset]!.teamName;
        const p = adjusted[a]![offset] ?? null;
        if (p === null) return [];
        return [[teamName, other, sign === 0 ? 'can’t tell' : sign > 0 ? teamName : other, p]];
      }),
    ),
  };
}
