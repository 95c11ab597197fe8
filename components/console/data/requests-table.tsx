import { utcDate } from '#components/format/time.ts';
import type { DataRequestEntry } from '#lib/api/datasets/requests.ts';
import {
  type CoInvestigator,
  coInvestigatorLine,
  DATA_REQUEST_STATES,
  type RequestEvent,
} from '#lib/domain/datasets/data-request.ts';

const STEPS: Record<RequestEvent, string> = {
  SUBMIT: 'sent the request',
  ASK: 'asked',
  ANSWER: 'answered',
  APPROVE: 'approved',
  DECLINE: 'declined',
  WITHDRAW: 'withdrew the request',
  REVOKE: 'revoked access',
  NOTE: 'noted, for organizers only',
};

/** Requests for data, each with a checkbox for the form around the table. */
export function RequestsTable({ requests, asOf }: { requests: readonly DataRequestEntry[]; asOf: string }) {
  return (
    <table className="plain stackable top data-requests">
      <caption>
        <b>Requests</b>, newest first. What people wrote is visible to organizers only.
      </caption>
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Dataset</th>
          <th scope="col">Purpose</th>
          <th scope="col">State</th>
          <th scope="col">History</th>
          <th scope="col" className="num">
            Sent
          </th>
        </tr>
      </thead>
      <tbody>
        {requests.length === 0 ? (
          <tr className="nothing">
            <td colSpan={6}>No requests here.</td>
          </tr>
        ) : (
          requests.map((entry) => <Row key={entry.id} entry={entry} asOf={asOf} />)
        )}
      </tbody>
    </table>
  );
}

function Row({ entry, asOf }: { entry: DataRequestEntry; asOf: string }) {
  const { id, person, dataset, institution, signature, submittedAt } = entry;
  const box = `select-${id}`;
  return (
    <tr>
      <th scope="row" className="anywhere">
        <input type="checkbox" id={box} name="request" value={id} />{' '}
        <label htmlFor={box}>
          <span className="vh">Select </span>
          {person.name}
        </label>
        <span className="unit lines">
          {[institution, person.email ? `${person.email}${person.isVerified ? '' : ', not verified'}` : '']
            .filter((line) => line !== '')
            .join('\n')}
        </span>
      </th>
      <td className="mono" data-l="dataset">
        {dataset}
      </td>
      <td className="soft anywhere">
        <Purpose entry={entry} />
        {signature ? (
          <span className="unit lines">
            Terms of release {signature.version} signed as {signature.name}, {utcDate(signature.at)}
          </span>
        ) : null}
      </td>
      <td>
        <State entry={entry} asOf={asOf} />
      </td>
      <td className="soft anywhere">
        <History events={entry.events} />
      </td>
      <td className="num soft nowrap" data-l="sent">
        {submittedAt ? utcDate(submittedAt) : ''}
      </td>
    </tr>
  );
}

function Purpose({ entry: { useStatement, coInvestigators, answers } }: { entry: DataRequestEntry }) {
  return (
    <>
      <span className="lines">{useStatement}</span>
      {answers.map(({ id, label, answer }) => (
        <span className="unit lines" key={id}>
          {label}: {answer}
        </span>
      ))}
      {coInvestigators.length > 0 ? (
        <span className="unit lines">With {namesOf(coInvestigators)}</span>
      ) : null}
    </>
  );
}

function namesOf(people: readonly CoInvestigator[]): string {
  return people.map(coInvestigatorLine).join('; ');
}

function State({ entry, asOf }: { entry: DataRequestEntry; asOf: string }) {
  const { state, dueAt, expiresAt, decidedBy, decidedAt } = entry;
  const isOverdue = state === 'SUBMITTED' && dueAt !== null && dueAt <= asOf;
  const by = decidedAt ? `by ${decidedBy ?? 'the list of addresses'}, ${utcDate(decidedAt)}` : null;
  const until =
    state === 'APPROVED' || state === 'EXPIRED'
      ? expiresAt
        ? `until ${utcDate(expiresAt)}`
        : 'without an end'
      : null;
  return (
    <>
      {DATA_REQUEST_STATES[state].label}
      {state === 'SUBMITTED' && dueAt ? (
        <span className={isOverdue ? 'unit warn' : 'unit'}>
          {isOverdue ? 'overdue since' : 'due'} {utcDate(dueAt)}
        </span>
      ) : null}
      {[until, by].map((line) =>
        line ? (
          <span className="unit lines" key={line}>
            {line}
          </span>
        ) : null,
      )}
    </>
  );
}

/** Without the first step, which every request has. */
function History({ events }: Pick<DataRequestEntry, 'events'>) {
  return events.slice(1).map(({ step, text, by, at }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: steps are only appended
    <span className="unit lines" key={index}>
      {utcDate(at)}, {by ?? 'the site'} {STEPS[step]}
      {text ? `: ${text}` : ''}
    </span>
  ));
}
