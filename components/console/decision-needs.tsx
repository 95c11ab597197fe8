import { formatShortSpan, spanMs, utcClockNear } from '#components/format/time.ts';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { counted } from '#lib/domain/units.ts';
import type { Need } from './need.ts';

/** A phase that closes within this time is on the list. */
const CLOSING_SOON_MS = 3 * DAY_MS;

type Waiting = Pick<OrganizerView, 'waiting' | 'challenge' | 'asOf'>;

/** What only organizers can decide: registrations, data requests, holds, results, rescorings; and what closes soon. */
export function decisionNeeds({ waiting, challenge, asOf }: Waiting): Need[] {
  const base = `/organize/${challenge.slug}`;
  const { registrations, oldestRegistrationAt, holds, heldEvaluations, requests, rescorings } = waiting;
  const { dataRequests, overdueDataRequests } = waiting;
  const needs: Need[] = [];
  if (registrations > 0 && oldestRegistrationAt) {
    const age = formatShortSpan(spanMs(oldestRegistrationAt, asOf));
    needs.push({
      count: registrations,
      warning: false,
      sentence: `${registrations === 1 ? 'registration waits, for' : 'registrations wait, the oldest for'} ${age}.`,
      link: { href: `${base}/registrations?state=PENDING`, action: 'Review' },
    });
  }
  if (dataRequests > 0)
    needs.push({
      count: dataRequests,
      warning: overdueDataRequests > 0,
      sentence: `${dataRequests === 1 ? 'request' : 'requests'} for data ${dataRequests === 1 ? 'waits' : 'wait'}${overdueDataRequests > 0 ? `, ${overdueDataRequests} overdue` : ''}.`,
      link: {
        href: `${base}/data?state=${overdueDataRequests > 0 ? 'OVERDUE' : 'SUBMITTED'}`,
        action: 'Decide',
      },
    });
  if (requests > 0)
    needs.push({
      count: requests,
      warning: false,
      sentence: `${requests === 1 ? 'decision' : 'decisions'} about results requested and not confirmed.`,
      link: { href: `${base}/results`, action: 'Decide' },
    });
  for (const rescoring of rescorings) needs.push(rescoringNeed(rescoring, base));
  if (holds > 0)
    needs.push({
      count: heldEvaluations,
      warning: heldEvaluations > 0,
      sentence: `${heldEvaluations === 1 ? 'evaluation is' : 'evaluations are'} held, by ${counted(holds, 'hold')}.`,
      link: { href: `${base}/queue#holds`, action: 'Release' },
    });
  for (const { title, status, closesAt } of challenge.phases) {
    const left = spanMs(asOf, closesAt);
    if (status !== 'open' || left > CLOSING_SOON_MS) continue;
    needs.push({
      count: 1,
      warning: false,
      sentence: (
        <>
          phase closes in {formatShortSpan(left)}: {title}, {utcClockNear(closesAt, asOf)} UTC.{' '}
          <span className="muted">An upload that has started by then may still end.</span>
        </>
      ),
      link: { href: `${base}/settings`, action: 'See dates' },
    });
  }
  return needs;
}

function rescoringNeed(
  { phaseTitle, metrics, submissions, rankChanges }: OrganizerView['waiting']['rescorings'][number],
  base: string,
): Need {
  return {
    count: 1,
    warning: false,
    sentence: (
      <>
        rescoring of {phaseTitle} waits:{' '}
        {metrics.length > 0 ? (
          <>
            <span className="mono">{metrics.join(', ')}</span> on{' '}
          </>
        ) : null}
        {counted(submissions, 'submission')}, {counted(rankChanges, 'rank changes', 'ranks change')}.{' '}
        <span className="muted">Nothing is public yet.</span>
      </>
    ),
    link: { href: `${base}/rescorings`, action: 'Compare' },
  };
}
