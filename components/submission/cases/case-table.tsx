'use client';

import { useState } from 'react';
import { caseDecimalsShown, direction, shortLabel, unitOf } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import type { PublicEvaluationView } from '#lib/api/evaluations.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { hasFigure } from './case-labels.ts';
import {
  type CasePage,
  casePageAddress,
  casesOf,
  nextOrder,
  pageCount,
  parseCasePage,
} from './case-order.ts';

/** Longer tables are collapsed. */
const MAX_ROWS_OPEN = 24;

/** The query of a submission’s page: which cases are shown. */
export interface CaseQuery {
  by?: string | undefined;
  cases?: string | undefined;
}

/**
 * Scores of single cases, if they are disclosed: the figure above in numbers, page by page. The links work without
 * JavaScript; with it, the page stays.
 */
export function CaseTable({
  submission,
  evaluation,
  query,
}: {
  submission: SharedSubmissionView;
  evaluation: PublicEvaluationView;
  query: CaseQuery;
}) {
  const { caseScores, scores } = evaluation;
  const [page, setPage] = useState<CasePage | null>(null);
  const showsCodes = evaluation.caseDisclosure === 'ALL' && evaluation.failed > 0;
  if (caseScores.length === 0 || (scores.length === 0 && !showsCodes)) return null;
  const current = page ?? parseCasePage(evaluation, query);
  const isAsked = query.by !== undefined || query.cases !== undefined;
  return (
    <details className="case-table" open={caseScores.length <= MAX_ROWS_OPEN || isAsked}>
      <summary>
        <b id="cases">Table 2 | Scores by case.</b>{' '}
        {hasFigure(evaluation)
          ? `The values of Figure 1, ${caseScores.length} of ${evaluation.caseCount} cases. Select a heading to sort.`
          : 'No case has a score of its own; the code says why a case failed.'}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs focus to scroll with the keyboard */}
      <section className="scrolls" tabIndex={0} aria-labelledby="cases">
        <Rows submission={submission} evaluation={evaluation} page={current} onPage={setPage} />
      </section>
      <CasePager evaluation={evaluation} page={current} onPage={setPage} />
    </details>
  );
}

interface PageProps {
  evaluation: PublicEvaluationView;
  page: CasePage;
  onPage: (page: CasePage) => void;
}

function Rows({ submission, evaluation, page, onPage }: PageProps & { submission: SharedSubmissionView }) {
  const { scores: metrics, caseScores, caseDisclosure } = evaluation;
  const showsCodes = caseDisclosure === 'ALL' && evaluation.failed > 0;
  const decimals = caseDecimals(submission.rules.decimals);
  const column = { page, onPage };
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
        {casesOf(caseScores, page).shown.map((entry) => (
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
  page,
  onPage,
  sortKey,
  unit,
  numeric = false,
  padded = false,
  children,
}: {
  page: CasePage;
  onPage: (page: CasePage) => void;
  sortKey: string;
  unit: string;
  numeric?: boolean;
  padded?: boolean;
  children: React.ReactNode;
}) {
  const { order } = page;
  const current = order.key === sortKey;
  return (
    <th
      scope="col"
      className={numeric ? 'num' : padded ? 'pad' : undefined}
      aria-sort={current ? (order.descending ? 'descending' : 'ascending') : undefined}
    >
      <PageLink to={{ order: nextOrder(order, sortKey), page: 1 }} onPage={onPage} className="sort">
        {children}
        {current ? <span aria-hidden="true">{order.descending ? ' ▾' : ' ▴'}</span> : null}
      </PageLink>
      <span className="unit">{unit}</span>
    </th>
  );
}

function CasePager({ evaluation: { caseScores }, page, onPage }: PageProps) {
  const count = pageCount(caseScores);
  if (count === 1) return null;
  const { shown, from } = casesOf(caseScores, page);
  const link = (to: number, text: string) =>
    to < 1 || to > count ? null : (
      <PageLink to={{ ...page, page: to }} onPage={onPage}>
        {text}
      </PageLink>
    );
  return (
    <nav className="pager" aria-label="Pages of the cases">
      <span className="muted">
        {from} to {from + shown.length - 1} of {caseScores.length} cases
      </span>
      {link(page.page - 1, 'Previous cases')}
      {link(page.page + 1, 'Next cases')}
    </nav>
  );
}

function PageLink({
  to,
  onPage,
  className,
  children,
}: {
  to: CasePage;
  onPage: (page: CasePage) => void;
  className?: string;
  children: React.ReactNode;
}) {
  return (
    <a
      className={className}
      href={casePageAddress(to)}
      onClick={(event) => {
        event.preventDefault();
        onPage(to);
      }}
    >
      {children}
    </a>
  );
}
