/** Calendars as files (RFC 5545): https://datatracker.ietf.org/doc/html/rfc5545 */

export interface CalendarEvent {
  /** Globally unique and the same forever, so that a calendar program recognizes the event. */
  uid: string;
  /** A time, or a day as 2026-10-04. */
  start: Date | string;
  summary: string;
  description: string;
  url: string;
}

export interface Calendar {
  name: string;
  /** Of every event: higher after each change, so that programs take the change over. */
  sequence: number;
  changedAt: Date;
  events: readonly CalendarEvent[];
}

/** Octets of a line at most, without its end. */
const MAX_OCTETS = 75;
const REFRESH = 'PT6H';

/** A whole calendar, with the line ends and folded lines of the standard. */
export function formatCalendar({ name, sequence, changedAt, events }: Calendar): string {
  const stamp = utcStamp(changedAt);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Heldout//Heldout//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...events.flatMap((event) => eventLines(event, sequence, stamp)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

function eventLines({ uid, start, ...event }: CalendarEvent, sequence: number, stamp: string): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${stamp}`,
    `LAST-MODIFIED:${stamp}`,
    typeof start === 'string'
      ? `DTSTART;VALUE=DATE:${start.replaceAll('-', '')}`
      : `DTSTART:${utcStamp(start)}`,
    `SUMMARY:${escapeText(event.summary)}`,
    `DESCRIPTION:${escapeText(event.description)}`,
    `URL:${event.url}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** "20260301T120000Z" */
function utcStamp(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** A text value. Control characters other than line ends are left out, because the format has no place for them. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?!\n)\p{Cc}/gu, '')
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n');
}

/** Continues a long line on the next one after a space, never inside a character. */
export function foldLine(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > MAX_OCTETS) {
      parts.push(part);
      part = '';
      // The space counts.
      octets = 1;
    }
    part += character;
    octets += length;
  }
  return [...parts, part].join('\r\n ');
}
