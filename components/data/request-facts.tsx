import { Fragment } from 'react';
import { utcDate } from '#components/format/time.ts';
import type { DataAccess, OwnDataRequest } from '#lib/api/datasets/requests.ts';
import { DATA_REQUEST_STATES, type RequestEvent } from '#lib/domain/datasets/data-request.ts';
import { describeWait } from './request-state.tsx';

const STEPS: Record<RequestEvent, string> = {
  SUBMIT: 'You sent the request',
  ASK: 'The organizers asked',
  ANSWER: 'You answered',
  APPROVE: 'Approved',
  DECLINE: 'Declined',
  WITHDRAW: 'You withdrew the request',
  REVOKE: 'Access revoked',
  NOTE: '',
};

/** What a person should know about their request and access. */
export function RequestFacts({ access }: { access: DataAccess }) {
  const { request, grant, usualWait } = access;
  const facts: [string, React.ReactNode][] = [];
  if (request) facts.push(['state', stateOf(request)]);
  if (request?.submittedAt) facts.push(['sent', utcDate(request.submittedAt)]);
  if (request?.dueAt && request.state === 'SUBMITTED')
    facts.push(['decision due', `by ${utcDate(request.dueAt)}`]);
  if (grant) facts.push(['access since', utcDate(grant.approvedAt)]);
  if (grant) facts.push(['until', grant.expiresAt ? utcDate(grant.expiresAt) : 'it is revoked']);
  if (!grant) facts.push(['usual wait', describeWait(usualWait)]);
  return (
    <dl className="facts">
      {facts.map(([term, fact]) => (
        <Fragment key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function stateOf({ state }: OwnDataRequest): string {
  return DATA_REQUEST_STATES[state].label;
}

/** What has happened with a request, and what was written. */
export function RequestHistory({ request }: { request: OwnDataRequest }) {
  if (request.events.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol className="request-history">
        {request.events.map(({ step, text, at }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only appended
          <li key={index}>
            <span className="muted">{utcDate(at)}</span> {STEPS[step]}
            {text ? <p className="soft lines anywhere">{text}</p> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}
