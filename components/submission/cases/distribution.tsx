'use client';

import dynamic from 'next/dynamic';
import { type CSSProperties, useMemo, useState } from 'react';
import {
  caseDecimalsShown,
  decimalsShown,
  direction,
  shortLabel,
  unitOf,
  versionOf,
} from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import type { CaseScoreView, PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { caseName, explainDisclosure, hasFigure } from './case-labels.ts';
import { type Lane, type Panel, panelsOf, worstFirst } from './lanes.ts';

/** Loads the plotting library only if there is something to draw. */
const DistributionPlot = dynamic(
  () => import('./distribution-plot.tsx').then((module) => module.DistributionPlot),
  { ssr: false, loading: () => <div className="lane-plot" aria-hidden="true" /> },
);

/** Distribution of each metric over the cases, if the phase discloses case scores. */
export function Distribution({
  submission,
  evaluation,
}: {
  submission: SharedSubmissionView;
  evaluation: PublicEvaluationView;
}) {
  const { scores, caseScores } = evaluation;
  const [picked, setPicked] = useState<string | null>(null);
  const panels = useMemo(() => panelsOf(scores, caseScores), [scores, caseScores]);
  const scored = caseScores.filter(({ status }) => status === 'SCORED');
  const [primary] = scores;
  if (!primary || !hasFigure(evaluation)) return null;
  const places = caseDecimals(submission.rules.decimals);
  return (
    <section aria-labelledby="distribution">
      <figure className="distribution">
        <figcaption>
          <b id="distribution">Figure 1 | Distribution over cases.</b> Each dot is a case. The box spans the
          quartiles, its bar is the median, and the whiskers reach the farthest case within 1.5 box lengths.{' '}
          {submission.synthetic ? 'Synthetic data. ' : ''}
          {evaluation.failed > 0
            ? `${evaluation.failed} of ${evaluation.caseCount} cases failed and have no dot; in Table 1 they count as the worst value. `
            : ''}
          {explainDisclosure(submission, evaluation)}
        </figcaption>
        {panels.map((panel, index) => (
          <PanelFigure
            key={`${panel.unit} ${panel.better}`}
            panel={panel}
            isFirst={index === 0}
            decimals={places}
            picked={picked}
            onPick={setPicked}
          />
        ))}
        <CasePicker
          cases={scored}
          evaluation={evaluation}
          decimals={places}
          picked={picked}
          onPick={setPicked}
        />
      </figure>
    </section>
  );
}

function PanelFigure({
  panel,
  isFirst,
  decimals,
  picked,
  onPick,
}: {
  panel: Panel;
  isFirst: boolean;
  decimals: number;
  picked: string | null;
  onPick: (caseId: string) => void;
}) {
  const unit = panel.unit === '1' ? 'fraction, no unit' : panel.unit;
  return (
    <div className="panel" style={{ '--lanes': panel.lanes.length } as CSSProperties}>
      <p className="panel-axis">
        <span>
          {unit}, {direction(panel)} {panel.better} is better
        </span>
        {isFirst ? <span className="panel-stats">median (quartiles)</span> : null}
      </p>
      <ul className="lane-names">
        {panel.lanes.map((lane) => (
          <LaneName key={lane.metric.metric} lane={lane} decimals={decimals} />
        ))}
      </ul>
      <DistributionPlot panel={panel} picked={picked} onPick={onPick} />
    </div>
  );
}

/** Name and numbers of a lane: the text equivalent of its drawing. */
function LaneName({ lane, decimals }: { lane: Lane; decimals: number }) {
  const { metric, box } = lane;
  const places = decimalsShown(metric, decimals);
  return (
    <li>
      <span className="lane-metric">
        <b>{shortLabel(metric)}</b>
        <span className="unit">
          {direction(metric)} {unitOf(metric)} {versionOf(metric)}
        </span>
      </span>
      <span className="lane-stats">
        {box ? (
          <span>
            <b>{formatScore(box.median, places)}</b> ({formatScore(box.q1, places)}–
            {formatScore(box.q3, places)})
            <span className="vh">
              , whiskers {formatScore(box.low, places)} to {formatScore(box.high, places)}
            </span>
          </span>
        ) : (
          <span className="muted">no case has a value</span>
        )}
        <span className="unit">
          n = {lane.dots.length}
          {metric.failed > 0 ? <span className="bad">, {metric.failed} failed</span> : null}
        </span>
      </span>
    </li>
  );
}

/** Steps through the cases with keyboard, touch or pointer, and marks the same case in every lane. */
function CasePicker({
  cases,
  evaluation,
  decimals,
  picked,
  onPick,
}: {
  cases: readonly CaseScoreView[];
  evaluation: PublicEvaluationView;
  decimals: number;
  picked: string | null;
  onPick: (caseId: string | null) => void;
}) {
  const primary = evaluation.scores[0]!;
  const order = useMemo(() => worstFirst(primary, cases), [primary, cases]);
  const place = picked === null ? 0 : order.indexOf(picked) + 1;
  const chosen = cases.find(({ caseId }) => caseId === picked);
  const description = chosen
    ? `${caseName(chosen.caseId)}: ${evaluation.scores
        .map((metric) => {
          const value = formatScore(
            chosen.metrics[metric.metric] ?? null,
            caseDecimalsShown(metric, decimals),
          );
          return `${shortLabel(metric)} ${value} ${unitOf(metric)}`.trim();
        })
        .join(', ')}`
    : 'no case marked';
  return (
    <div className="case-picker scripted">
      <label htmlFor="case-place">Mark a case, from worst {shortLabel(primary)} to best</label>
      <input
        id="case-place"
        type="range"
        min={0}
        max={order.length}
        value={place}
        aria-valuetext={description}
        onChange={(event) => onPick(order[Number(event.target.value) - 1] ?? null)}
      />
      <p aria-hidden="true">{chosen ? `${description}.` : 'Point to a dot, or move the slider.'}</p>
    </div>
  );
}
