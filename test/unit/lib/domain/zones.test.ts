import { describe, expect, it, test } from 'vitest';
import {
  ANYWHERE_ON_EARTH,
  isZone,
  readZoned,
  wallTime,
  zonedText,
  zoneLabel,
  zoneNames,
} from '#lib/domain/zones.ts';

const instant = (text: string) => {
  const read = readZoned(text);
  return read && ('at' in read ? read.at.toISOString() : read.problem);
};

test.each([
  ['2026-02-28T23:59[UTC]', '2026-02-28T23:59:00.000Z'],
  // UTC−12: the sign of Etc/GMT is turned around.
  [`2026-02-28T23:59[${ANYWHERE_ON_EARTH}]`, '2026-03-01T11:59:00.000Z'],
  ['2026-02-28T23:59:30[Europe/Berlin]', '2026-02-28T22:59:30.000Z'],
  ['2026-07-01T00:00[Europe/Berlin]', '2026-06-30T22:00:00.000Z'],
  ['2026-03-01T12:00[Asia/Kathmandu]', '2026-03-01T06:15:00.000Z'],
  ['2026-03-01T12:00[Pacific/Kiritimati]', '2026-02-28T22:00:00.000Z'],
  ['2026-06-01T12:00[America/New_York]', '2026-06-01T16:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(instant(text)).toBe(expected);
});

describe('where clocks change', () => {
  // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00. Lord Howe changes by half an hour.
  test.each([
    ['2026-03-29T01:59[Europe/Berlin]', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T03:00[Europe/Berlin]', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T01:59[Europe/Berlin]', '2026-10-24T23:59:00.000Z'],
    ['2026-10-25T03:00[Europe/Berlin]', '2026-10-25T02:00:00.000Z'],
    ['2026-04-05T02:15[Australia/Lord_Howe]', '2026-04-04T15:45:00.000Z'],
  ])('the times around it are what they are: %s', (text, expected) => {
    expect(instant(text)).toBe(expected);
  });

  test.each([
    '2026-03-29T02:00[Europe/Berlin]',
    '2026-03-29T02:59[Europe/Berlin]',
    '2026-10-04T02:15[Australia/Lord_Howe]',
  ])('a time in the gap is refused in a sentence: %s', (text) => {
    expect(instant(text)).toMatch(/doesn’t exist in .*, where clocks go forward then\. Choose an hour/);
  });

  test.each([
    '2026-10-25T02:00[Europe/Berlin]',
    '2026-10-25T02:59[Europe/Berlin]',
    '2026-04-05T01:45[Australia/Lord_Howe]',
  ])('a time that comes twice is refused in a sentence: %s', (text) => {
    expect(instant(text)).toMatch(/comes twice in .*, where clocks go back then\. Choose .* in UTC/);
  });
});

it('reads back what it shows, in every zone, on each day of a year', () => {
  for (const zone of zoneNames()) {
    for (let day = 0; day < 365; day += 30) {
      const at = new Date(Date.UTC(2026, 0, 1 + day, 12));
      const read = readZoned(`${wallTime(at, zone)}[${zone}]`);
      // An hour that comes twice may be among them.
      if (read && 'at' in read) expect(read.at).toEqual(at);
      else expect(read?.problem).toMatch(/comes twice/);
    }
  }
});

it.each(['Mars/Olympus', '+02:00', '', 'Europe/Berlin]['])('refuses the zone “%s”', (zone) => {
  expect(isZone(zone)).toBe(false);
});

it.each(['soon', '2026-03-01T12:00', '2026-03-01[UTC]', '2026-13-01T00:00[UTC]', '2026-03-01T12:00Z[UTC]'])(
  'is not meant by “%s”',
  (text) => {
    expect(readZoned(text)).toBeNull();
  },
);

it('names an unknown zone in a sentence', () => {
  expect(instant('2026-03-01T12:00[Mars/Olympus]')).toMatch(/“Mars\/Olympus” is no time zone\. Use a name/);
});

it('shows an instant in its zone and in UTC', () => {
  const at = new Date('2026-03-01T11:59:00Z');
  expect(zonedText(at, 'UTC')).toBe('2026-03-01 11:59 UTC');
  expect(zonedText(at, ANYWHERE_ON_EARTH)).toBe('2026-02-28 23:59 anywhere on earth (2026-03-01 11:59 UTC)');
  expect(zonedText(at, 'America/New_York')).toBe('2026-03-01 06:59 America/New York (2026-03-01 11:59 UTC)');
  expect(zoneLabel('UTC')).toBe('UTC');
});
