'use client';

import type { FiguresView } from '#lib/api/leaderboards/figures.ts';
import { MAX_PINS } from '#lib/api/pages/leaderboard-pins.ts';
import { AgreementFigure } from './agreement-figure.tsx';
import { DistributionFigure } from './distribution-figure.tsx';
import { HistoryFigure } from './history-figure.tsx';
import { PairsFigure } from './pairs-figure.tsx';
import { RanksFigure } from './ranks-figure.tsx';

/** All figures that the phase has data for, numbered. */
export function Figures({ view, pins }: { view: FiguresView; pins: readonly string[] }) {
  const shown = pins
    .filter((slug) => view.teams.some(({ teamSlug }) => teamSlug === slug))
    .slice(0, MAX_PINS);
  const hasData: [typeof DistributionFigure, boolean][] = [
    [DistributionFigure, view.distribution?.boxes.some((box) => box !== null) === true],
    [RanksFigure, view.ranks !== null],
    [PairsFigure, view.pairs !== null && view.teams.length > 1],
    [HistoryFigure, view.history.flat().some(([, value]) => value !== null)],
    [AgreementFigure, view.agreement?.some((one) => one !== null) === true],
  ];
  const figures = hasData.filter(([, has]) => has);
  return (
    <div className="figure-grid">
      {figures.map(([Figure], index) => (
        <Figure key={Figure.name} view={view} pins={shown} number={index + 1} />
      ))}
    </div>
  );
}
