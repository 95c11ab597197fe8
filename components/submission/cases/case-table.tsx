'use client';

import { useState } from 'react';
import { caseDecimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { score } from '#components/format/quantity.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { hasFigure } from './case-labels.ts';
import { type CaseOrder, nextOrder, orderCases } from './case-order.ts';

/** More rows than this wait behind their heading. */
const OPEN_UP_TO = 24;

/** Scores of single scans, where the reader is told: the figure above in numbers. */
export function CaseTable({
  submission,
  evaluation,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
}) {
  const { caseScores, scores } = evaluation;
  if (caseScores.length === 0 || scores.length === 0) return null;
  return (
    <details className="case-table" open={caseScores.length <= OPEN_UP_TO}>
      <summary>
        <b id="cases">Table 2 | Each scan.</b>{' '}
        {hasFigure(evaluation)
          ? `The dots of Figure 1 in numbers, ${caseScores.length} of ${evaluation.caseCount} scans; a heading orders them.`
          : 'None has a score; the code says why.'}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, with the keyboard too */}
      <section className="scrolls" tabIndex={0} aria-labelledby="cases">
        <Rows submission={submission} evaluation={evaluation} />
      </section>
    </details>
  );
}

function Rows({ submission, evaluation }: { submission: SubmissionView; evaluation: EvaluationView }) {
  const [order, setOrder] = useState<CaseOrder>({ key: 'id', descending: false });
  const { scores: metrics, caseScores, caseDisclosure } = evaluation;
  const showsCodes = caseDisclosure === 'ALL' && evaluation.failed > 0;
  const decimals = caseDecimals(submission.rules.decimals);
  const column = { order, onOrder: setOrder };
  return (
    <table className="plain">
      <thead>
        <tr>
          <Heading {...column} sortKey="id" unit={caseDisclosure === 'PSEUDONYMOUS' ? 'drawn id' : 'number'}>
            Scan
          </Heading>
          {metrics.map((metric) => (
            <Heading
              key={metric.metric}
              {...column}
              sortKey={metric.metric}
              unit={`${direction(metric)} ${unitOf(metric)}`}
              numeric
            >
              {shortLabel(metric)}
            </Heading>
          ))}
          {showsCodes ? (
            <Heading {...column} sortKey="code" unit="why it failed" padded>
              Code
            </Heading>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {orderCases(caseScores, order).map((row) => (
          <tr key={row.caseId}>
            <th scope="row" className={caseDisclosure === 'PSEUDONYMOUS' ? 'mono' : undefined}>
              {row.caseId}
            </th>
            {metrics.map((metric) => (
              <td key={metric.metric} className="num">
                {score(row.metrics[metric.metric] ?? null, caseDecimalsShown(metric, decimals))}
              </td>
            ))}
            {showsCodes ? <td className="mono small pad bad">{row.code ?? ''}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heading({
  order,
  onOrder,
  sortKey,
  unit,
  numeric = false,
  padded = false,
  children,
}: {
  order: CaseOrder;
  onOrder: (order: CaseOrder) => void;
  sortKey: string;
  unit: string;
  numeric?: boolean;
  padded?: boolean;
  children: React.ReactNode;
}) {
  const current = order.key === sortKey;
  return (
    <th
      scope="col"
      className={numeric ? 'num' : padded ? 'pad' : undefined}
      aria-sort={current ? (order.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className="sort" onClick={() => onOrder(nextOrder(order, sortKey))}>
        {children}
        {current ? <span aria-hidden="true">{order.descending ? ' ▾' : ' ▴'}</span> : null}
      </button>
      <span className="unit">{unit}</span>
    </th>
  );
}
