import { createHash } from 'node:crypto';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type CalendarEvent, formatCalendar } from '#lib/domain/calendar/icalendar.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { siteLink } from '#lib/site/mail/queue-mail.ts';
import type { Site } from '#lib/site/site.ts';

/** The dates of a challenge as an iCalendar file: what opens, what closes, and further days. */
export async function challengeCalendar(site: Site, slug: string, viewer: Viewer | null): Promise<string> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const { title, calendarSequence: sequence, calendarChangedAt: changedAt } = challenge;
  return formatCalendar({ name: title, sequence, changedAt, events: eventsOf(site, challenge) });
}

function eventsOf(site: Site, { id, slug, title, phases, dates }: Challenge): CalendarEvent[] {
  const { hostname } = new URL(site.environment.origin);
  const url = siteLink(site, `/challenges/${slug}`);
  const common = { description: `${title}\n${url}`, url };
  const uidOf = (key: string) => `${key}@${hostname}`;
  // The days have no ID, so a day is recognized by what it is.
  const dayKey = (label: string) => createHash('sha256').update(`${id}\n${label}`).digest('hex').slice(0, 32);
  return [
    ...phases.flatMap((phase) =>
      (['opens', 'closes'] as const).map((event) => ({
        ...common,
        uid: uidOf(`${phase.id}-${event}`),
        start: event === 'opens' ? phase.opensAt : phase.closesAt,
        summary: `${title}: ${phase.title} ${event}`,
      })),
    ),
    ...dates.map(({ date, label }, index) => {
      const before = dates.slice(0, index).filter((other) => other.label === label).length;
      const key = dayKey(before === 0 ? label : `${label}\n${before}`);
      return { ...common, uid: uidOf(key), start: date, summary: `${title}: ${label}` };
    }),
  ];
}
