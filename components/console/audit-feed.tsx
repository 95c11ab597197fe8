import { Fragment } from 'react';
import { utcClock, utcDay } from '#components/format/time.ts';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

const SHOWN_AT_ONCE = 14;

/** What people did, as a sentence goes on after their name; an action that is new here stands for itself. */
const ACTION_LABELS: Readonly<Record<string, string>> = {
  'challenge.create': 'made the challenge',
  'testset.import': 'imported a test set',
  'team.register': 'registered a team',
  'submission.create': 'sent a submission',
  'submission.cancel': 'cancelled a submission',
  'submission.rerun': 'ran a submission again',
};

/** Who did what, newest first, with a line for each day. */
export function AuditFeed({ view }: { view: OrganizerView }) {
  const { audit, asOf } = view;
  if (audit.length === 0) return <p className="muted">Nothing has been done here yet.</p>;
  return (
    <>
      <Events events={audit.slice(0, SHOWN_AT_ONCE)} before={asOf} />
      {audit.length > SHOWN_AT_ONCE ? (
        <details className="disclosure">
          <summary>{audit.length - SHOWN_AT_ONCE} earlier</summary>
          <Events events={audit.slice(SHOWN_AT_ONCE)} before={audit[SHOWN_AT_ONCE - 1]?.at ?? asOf} />
        </details>
      ) : null}
    </>
  );
}

/** `before`: the time of what stands above, so that a new day gets its line. */
function Events({ events, before }: { events: OrganizerView['audit']; before: string }) {
  return (
    <ol className="feed top">
      {events.map((event, index) => {
        const day = utcDay(event.at);
        const isNewDay = utcDay(events[index - 1]?.at ?? before) !== day;
        return (
          <Fragment key={`${event.at} ${event.action} ${formatDetail(event.detail)}`}>
            {isNewDay ? <li className="day">{day}</li> : null}
            <li>
              <time dateTime={event.at}>{utcClock(event.at)}</time>
              <span>
                <b>{event.actor}</b> {ACTION_LABELS[event.action] ?? event.action}{' '}
                <span className="muted">{formatDetail(event.detail)}</span>
              </span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

/** A flat record as "name value, name value"; what is deeper stays in the database. */
export function formatDetail(detail: unknown): string {
  if (detail === null || typeof detail !== 'object') return '';
  return Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${shortened(String(value))}`)
    .join(', ');
}

/** Ids and digests by the part that other tables show. */
function shortened(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return value.slice(-8);
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 8)}…` : value;
}
