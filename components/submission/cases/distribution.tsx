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
import { score } from '#components/format/quantity.ts';
import type { CaseScoreView, EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { caseName, hasFigure, whyCases } from './case-labels.ts';
import { type Lane, type Panel, panelsOf, worstFirst } from './lanes.ts';

/** The library that draws comes when there is something to draw. */
const DistributionPlot = dynamic(
  () => import('./distribution-plot.tsx').then((module) => module.DistributionPlot),
  { ssr: false, loading: () => <div className="lane-plot" aria-hidden="true" /> },
);

/** How each metric is spread over the scans, where the phase discloses single scans. */
export function Distribution({
  submission,
  evaluation,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
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
          <b id="distribution">Figure 1 | Spread over the scans.</b> A dot is a scan; the box holds the middle
          half, its bar is the median, whiskers reach the farthest scan within 1.5 box lengths.{' '}
          {submission.synthetic ? 'Synthetic scans. ' : ''}
          {evaluation.failed > 0
            ? `${evaluation.failed} of ${evaluation.caseCount} scans failed and have no dot; in Table 1 they count as the declared worst. `
            : ''}
          {whyCases(submission, evaluation)}
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
  const unit = panel.unit === '1' ? 'share, no unit' : panel.unit;
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

/** Name and numbers of a lane: what the drawing beside it says, in words. */
function LaneName({ lane, decimals }: { lane: Lane; decimals: number }) {
  const { metric, box } = lane;
  const places = decimalsShown(metric.metric, decimals);
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
            <b>{score(box.median, places)}</b> ({score(box.q1, places)}–{score(box.q3, places)})
            <span className="vh">
              , whiskers {score(box.low, places)} to {score(box.high, places)}
            </span>
          </span>
        ) : (
          <span className="muted">no scan has a value</span>
        )}
        <span className="unit">
          n = {lane.dots.length}
          {metric.failed > 0 ? <span className="bad">, {metric.failed} failed</span> : null}
        </span>
      </span>
    </li>
  );
}

/** From scan to scan by keyboard, finger or pointer: the same scan is marked in every lane. */
function CasePicker({
  cases,
  evaluation,
  decimals,
  picked,
  onPick,
}: {
  cases: readonly CaseScoreView[];
  evaluation: EvaluationView;
  decimals: number;
  picked: string | null;
  onPick: (caseId: string | null) => void;
}) {
  const primary = evaluation.scores[0]!;
  const order = useMemo(() => worstFirst(primary, cases), [primary, cases]);
  const place = picked === null ? 0 : order.indexOf(picked) + 1;
  const chosen = cases.find(({ caseId }) => caseId === picked);
  const words = chosen
    ? `${caseName(chosen.caseId)}: ${evaluation.scores
        .map((metric) => {
          const value = score(chosen.metrics[metric.metric] ?? null, caseDecimalsShown(metric, decimals));
          return `${shortLabel(metric)} ${value} ${unitOf(metric)}`.trim();
        })
        .join(', ')}`
    : 'no scan marked';
  return (
    <div className="case-picker scripted">
      <label htmlFor="case-place">Mark a scan, from the worst {shortLabel(primary)} to the best</label>
      <input
        id="case-place"
        type="range"
        min={0}
        max={order.length}
        value={place}
        aria-valuetext={words}
        onChange={(event) => onPick(order[Number(event.target.value) - 1] ?? null)}
      />
      <p aria-hidden="true">{chosen ? `${words}.` : 'Point at a dot, or move the handle.'}</p>
    </div>
  );
}
