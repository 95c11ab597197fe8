'use client';

import { Fragment } from 'react';
import { utcClock, utcDay } from '#components/format/time.ts';
import type { AuditEntry } from '#lib/api/pages/organizer.ts';

/** Actions as the rest of a sentence that starts with the actor. Unknown actions are shown by name. */
export const ACTION_LABELS: Readonly<Record<string, string>> = {
  'archive.upload': 'uploaded an archive',
  'challenge.create': 'created the challenge',
  'challenge.edit': 'changed the challenge',
  'phase.edit': 'changed a phase',
  'phase.grantException': 'granted a team an exception',
  'phase.revokeException': 'took back an exception',
  'ranking.freeze': 'declared a ranking final',
  'ranking.unfreeze': 'reopened a final ranking',
  'announcement.create': 'published an announcement',
  'announcement.edit': 'changed an announcement',
  'announcement.withdraw': 'withdrew an announcement',
  'testset.import': 'imported a test set',
  'dataset.access': 'changed how access to a dataset is given',
  'dataRequest.submit': 'asked for data',
  'dataRequest.sign': 'signed the terms of a dataset',
  'dataRequest.answer': 'answered about a data request',
  'dataRequest.withdraw': 'withdrew a data request',
  'dataRequest.approve': 'approved a data request',
  'dataRequest.decline': 'declined a data request',
  'dataRequest.ask': 'asked for clarification of a data request',
  'dataRequest.revoke': 'revoked access to data',
  'dataRequest.note': 'noted something about a data request',
  'scorer.import': 'imported a scorer',
  'rescoring.publish': 'published the scores of a rescoring',
  'rescoring.drop': 'dropped the scores of a rescoring',
  'team.register': 'registered a team',
  'registration.approve': 'approved a registration',
  'registration.decline': 'declined a registration',
  'team.acceptTerms': 'accepted the terms',
  'organizer.invite': 'invited an organizer',
  'organizer.revokeInvitation': 'revoked an invitation to organize',
  'organizer.changeRole': 'changed the role of an organizer',
  'organizer.remove': 'removed an organizer',
  'organizer.accept': 'became an organizer',
  'registration.group': 'moved a team to a group',
  'registration.release': 'released a person from a team',
  'team.create': 'created a team',
  'team.invite': 'invited to a team',
  'team.revokeInvitation': 'revoked an invitation to a team',
  'team.join': 'joined a team',
  'team.askToJoin': 'asked to join a team',
  'team.acceptRequest': 'accepted a member of a team',
  'team.declineRequest': 'declined a request to join a team',
  'team.withdrawRequest': 'withdrew a request to join a team',
  'team.leave': 'left a team',
  'team.removeMember': 'removed a member of a team',
  'team.handOver': 'handed over a team',
  'team.dissolve': 'dissolved a team',
  'team.requestMerge': 'asked to merge two teams',
  'team.declineMerge': 'declined to merge two teams',
  'team.withdrawMerge': 'withdrew a request to merge two teams',
  'team.merge': 'merged two teams',
  'submission.create': 'created a submission',
  'submission.cancel': 'cancelled a submission',
  'submission.rerun': 'reran a submission',
  'submission.select': 'selected the submission that counts',
  'submission.withdraw': 'withdrew a submission',
  'submission.exclude': 'excluded a submission',
  'submission.nameBaseline': 'made a submission a baseline',
  'submission.dropBaseline': 'undid a baseline',
  'rehearsal.keep': 'kept a rehearsal as a baseline',
  'rehearsal.remove': 'removed a rehearsal',
  'submission.include': 'included a submission again',
  'submission.returnQuota': 'gave back the quota of a submission',
  'result.request': 'requested a decision about results',
  'result.confirm': 'confirmed a decision about results',
  'result.reveal': 'revealed results',
  'result.withdraw': 'withdrew a request about results',
  'queue.hold': 'held a part of the queue',
  'queue.release': 'released a part of the queue',
  'runner.drain': 'drained a runner',
  'runner.undrain': 'let a runner take work again',
};

/** Who did what, newest first, grouped by day. */
export function AuditFeed({ events, asOf }: { events: readonly AuditEntry[]; asOf: string }) {
  return (
    <ol className="feed top">
      {events.map((event, index) => {
        const day = utcDay(event.at);
        const isNewDay = utcDay(events[index - 1]?.at ?? asOf) !== day;
        return (
          <Fragment key={event.id}>
            {isNewDay ? <li className="day">{day}</li> : null}
            <li>
              <time dateTime={event.at}>{utcClock(event.at)}</time>
              <span>
                <b>{event.actor}</b> {ACTION_LABELS[event.action] ?? event.action}{' '}
                <span className="muted">{formatDetail(event.detail)}</span>
                <Change before={event.before} after={event.after} />
                {event.address ? (
                  <span className="muted small block">
                    {event.client ? `${event.client}, ` : ''}
                    <span className="mono">{event.address}</span>
                  </span>
                ) : null}
              </span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

/** What was there before, and what is there now. */
function Change({ before, after }: Pick<AuditEntry, 'before' | 'after'>) {
  const [old, current] = [formatDetail(before), formatDetail(after)];
  if (old === '' && current === '') return null;
  return (
    <span className="soft small block">
      {old || 'nothing'} <span aria-hidden="true">→</span>
      <span className="vh"> became </span> {current || 'nothing'}
    </span>
  );
}

/** The top-level values of a record, for example "phase: test, test set: 9b3817f4". */
export function formatDetail(detail: unknown): string {
  if (detail === null || typeof detail !== 'object') return '';
  return Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${spaced(name)}: ${shorten(String(value))}`)
    .join(', ');
}

/** "testSet" → "test set" */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Longer texts, such as announcements, are cut. */
const MAX_VALUE = 300;

/** Shortens IDs and digests to the part that other tables show. */
function shorten(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return value.slice(-8);
  if (/^[0-9a-f]{64}$/.test(value)) return `${value.slice(0, 8)}…`;
  return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
}
