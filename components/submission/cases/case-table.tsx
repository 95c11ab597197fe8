'use client';

import { useState } from 'react';
import { caseDecimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { hasFigure } from './case-labels.ts';
import { type CaseOrder, nextOrder, sortCases } from './case-order.ts';

/** Longer tables are collapsed. */
const MAX_ROWS_OPEN = 24;

/** Scores of single cases, if they are disclosed: the figure above in numbers. */
export function CaseTable({
  submission,
  evaluation,
}: {
  submission: SharedSubmissionView;
  evaluation: PublicEvaluationView;
}) {
  const { caseScores, scores } = evaluation;
  if (caseScores.length === 0 || scores.length === 0) return null;
  return (
    <details className="case-table" open={caseScores.length <= MAX_ROWS_OPEN}>
      <summary>
        <b id="cases">Table 2 | Scores by case.</b>{' '}
        {hasFigure(evaluation)
          ? `The values of Figure 1, ${caseScores.length} of ${evaluation.caseCount} cases. Select a heading to sort.`
          : 'No case has a score; the code says why.'}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs focus to scroll with the keyboard */}
      <section className="scrolls" tabIndex={0} aria-labelledby="cases">
        <Rows submission={submission} evaluation={evaluation} />
      </section>
    </details>
  );
}

function Rows({
  submission,
  evaluation,
}: {
  submission: SharedSubmissionView;
  evaluation: PublicEvaluationView;
}) {
  const [order, setOrder] = useState<CaseOrder>({ key: 'id', descending: false });
  const { scores: metrics, caseScores, caseDisclosure } = evaluation;
  const showsCodes = caseDisclosure === 'ALL' && evaluation.failed > 0;
  const decimals = caseDecimals(submission.rules.decimals);
  const column = { order, onOrder: setOrder };
  return (
    <table className="plain">
      <thead>
        <tr>
          <Heading
            {...column}
            sortKey="id"
            unit={caseDisclosure === 'PSEUDONYMOUS' ? 'pseudonymous ID' : 'number'}
          >
            Case
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
        {sortCases(caseScores, order).map((entry) => (
          <tr key={entry.caseId}>
            <th scope="row" className={caseDisclosure === 'PSEUDONYMOUS' ? 'mono' : undefined}>
              {entry.caseId}
            </th>
            {metrics.map((metric) => (
              <td key={metric.metric} className="num">
                {formatScore(entry.metrics[metric.metric] ?? null, caseDecimalsShown(metric, decimals))}
              </td>
            ))}
            {showsCodes ? <td className="mono small pad bad">{entry.code ?? ''}</td> : null}
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
