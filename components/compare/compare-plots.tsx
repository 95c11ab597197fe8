'use client';

import dynamic from 'next/dynamic';
import type { ComparedPair, ComparisonView } from '#lib/api/pages/comparison.ts';
import { volumeAxes } from './volume-axes.ts';

const waiting = () => (
  <p className="soft figures-waiting" role="status">
    Loading the figures…
  </p>
);
/** Loads the plotting library only if there is something to draw. */
const PairedFigure = dynamic(() => import('./paired-figure.tsx').then((module) => module.PairedFigure), {
  ssr: false,
  loading: waiting,
});
const VolumesFigure = dynamic(() => import('./volumes-figure.tsx').then((module) => module.VolumesFigure), {
  ssr: false,
});

/** The figures of a comparison, where single cases are shown. */
export function ComparePlots({ comparison, pair }: { comparison: ComparisonView; pair: ComparedPair }) {
  const { cases } = pair;
  if (!cases || cases.points.length === 0) return null;
  const { volumes } = cases;
  const axes = volumes && volumeAxes(volumes.flat(), pair.agreement ?? []);
  return (
    <section className="figures" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <div className="figure-grid">
        <PairedFigure comparison={comparison} pair={pair} cases={cases} />
        {volumes?.map((points, index) =>
          points.length > 0 ? (
            <VolumesFigure
              key={pair.entries[index]!.teamSlug}
              comparison={comparison}
              entry={pair.entries[index]!}
              points={points}
              agreement={pair.agreement?.[index] ?? null}
              axes={axes!}
              number={index + 2}
            />
          ) : null,
        )}
      </div>
    </section>
  );
}
