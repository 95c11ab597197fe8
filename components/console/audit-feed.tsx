import { Fragment } from 'react';
import type { OrganizerView } from '#lib/domain/views.ts';
import { utcClock, utcDay } from '../format/time.ts';

/** What people did, as a sentence goes on after their name; an action that is new here stands for itself. */
const ACTION_WORDS: Readonly<Record<string, string>> = {
  'challenge.create': 'made the challenge',
  'testset.import': 'imported a test set',
  'team.register': 'registered a team',
  'submission.create': 'sent a submission',
  'submission.cancel': 'cancelled a submission',
};

/** Who did what, newest first, with a line for each day. */
export function AuditFeed({ view }: { view: OrganizerView }) {
  if (view.audit.length === 0) return <p className="muted">Nothing has been done here yet.</p>;
  return (
    <ol className="feed top">
      {view.audit.map((event, index) => {
        const day = utcDay(event.at);
        const previous = view.audit[index - 1];
        const isNewDay = previous ? utcDay(previous.at) !== day : day !== utcDay(view.asOf);
        return (
          <Fragment key={`${event.at} ${event.action} ${detailWords(event.detail)}`}>
            {isNewDay ? <li className="day">{day}</li> : null}
            <li>
              <time dateTime={event.at}>{utcClock(event.at)}</time>
              <span>
                <b>{event.actor}</b> {ACTION_WORDS[event.action] ?? event.action}{' '}
                <span className="muted">{detailWords(event.detail)}</span>
              </span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

/** A flat record as "name value, name value"; what is deeper stays in the database. */
export function detailWords(detail: unknown): string {
  if (detail === null || typeof detail !== 'object') return '';
  return Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
