'use client';

import dynamic from 'next/dynamic';
import type { VariantStatistics } from '#lib/domain/datasets/statistics.ts';
import { counted } from '#lib/domain/units.ts';
import { GroupsTable } from './groups-table.tsx';
import { OverlapFigure } from './overlap-figure.tsx';

/** Loads the plotting library only if there is something to draw. */
const LesionFigures = dynamic(() => import('./lesion-figures.tsx').then((module) => module.LesionFigures), {
  ssr: false,
  loading: () => (
    <p className="soft figures-waiting scripted" role="status">
      Loading the figures…
    </p>
  ),
});

/** What the cases of a variant are like. */
export function StatisticsSection({
  statistics,
  variant,
  fileName,
}: {
  statistics: VariantStatistics;
  variant: string;
  /** Of saved figures, without what they show. */
  fileName: string;
}) {
  const { cases, lesions, overlap } = statistics;
  return (
    <section className="figures" aria-labelledby="statistics">
      <h2 id="statistics">Statistics</h2>
      <p className="soft narrow-text">
        {counted(cases, 'case')} of the variant {variant}, computed when it was released.
        {lesions ? '' : ' The true masks are withheld, so nothing is said of the lesions.'}
      </p>
      {lesions ? <LesionFigures lesions={lesions} fileName={fileName} /> : null}
      {overlap && lesions ? (
        <OverlapFigure overlap={overlap} cases={lesions.cases - lesions.without} />
      ) : null}
      <GroupsTable statistics={statistics} />
    </section>
  );
}
