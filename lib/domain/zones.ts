import { DAY_MS, utcText } from './minutes.ts';

/**
 * Time zones by their IANA names, with the rules that the runtime knows (Intl). Dates are stored as instants; a zone only
 * says in which local time they are written and shown.
 */

/** UTC−12: a date that is over there is over everywhere. */
export const ANYWHERE_ON_EARTH = 'Etc/GMT+12';
export const UTC = 'UTC';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  formats.set(zone, made);
  return made;
}

/** Whether the runtime knows the zone. Offsets such as "+02:00" are none: they have no name and no rules. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatIn(name);
    return true;
  } catch {
    return false;
  }
}

/** Every zone, the two that belong to no place first. */
export function zoneNames(): string[] {
  const places = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/'));
  return [UTC, ANYWHERE_ON_EARTH, ...places.filter((name) => name !== ANYWHERE_ON_EARTH)];
}

/** "UTC", "anywhere on earth", "Europe/Berlin" */
export function zoneLabel(zone: string): string {
  return zone === ANYWHERE_ON_EARTH ? 'anywhere on earth' : zone.replaceAll('_', ' ');
}

/** The clock and the calendar of a zone at an instant: "2026-03-01T12:00:00". */
export function wallTime(at: Date, zone: string): string {
  const parts = Object.fromEntries(
    formatIn(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month, day, hour, minute, second } = parts;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** "2026-02-28 23:59 anywhere on earth (2026-03-01 11:59 UTC)", for messages. */
export function zonedText(at: Date, zone: string): string {
  if (zone === UTC) return utcText(at);
  return `${wallTime(at, zone).slice(0, 16).replace('T', ' ')} ${zoneLabel(zone)} (${utcText(at)})`;
}

const WALL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;
/** A local time with its zone, as in RFC 9557: "2026-02-28T23:59[Europe/Berlin]". */
const ZONED_TIME = /^(.+)\[([^[\]]+)\]$/;

type Read = { at: Date } | { problem: string };

/** The instant of a local time with its zone, or why there is none or two of them; null for any other text. */
export function readZoned(text: string): Read | null {
  const [, wall = '', zone = ''] = ZONED_TIME.exec(text) ?? [];
  if (!WALL_TIME.test(wall)) return null;
  if (!isZone(zone)) return { problem: unknownZone(zone) };
  const full = wall.length === 16 ? `${wall}:00` : wall;
  const asUtc = Date.parse(`${full}Z`);
  // Date.parse takes 30 February as 2 March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(full)) return null;
  // The offset changes at most once within two days.
  const candidates = [-DAY_MS, DAY_MS].map((shift) => {
    const near = new Date(asUtc + shift);
    return asUtc - (Date.parse(`${wallTime(near, zone)}Z`) - near.getTime());
  });
  const found = [...new Set(candidates)].filter((at) => wallTime(new Date(at), zone) === full);
  if (found.length === 1) return { at: new Date(found[0]!) };
  const [day, clock] = wall.split('T');
  return {
    problem:
      found.length === 0
        ? `${clock} on ${day} doesn’t exist in ${zoneLabel(zone)}, where clocks go forward then. Choose an hour earlier or later.`
        : `${clock} on ${day} comes twice in ${zoneLabel(zone)}, where clocks go back then. Choose an hour earlier or later, or give the date in UTC.`,
  };
}

/** Completes "Time zone". */
export function unknownZone(name: string): string {
  return `“${name}” is no time zone. Use a name such as Europe/Berlin, UTC, or ${ANYWHERE_ON_EARTH} for anywhere on earth.`;
}
