import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText, foldLine, formatCalendar } from '#lib/domain/calendar/icalendar.ts';

const CHANGED = new Date('2026-03-01T09:30:15.250Z');
const EVENT = {
  uid: 'a1-closes@heldout.example.org',
  start: new Date('2026-04-05T12:00:00Z'),
  summary: 'Stroke; lesions, 2026: Final closes',
  description: 'Two\nlines',
  url: 'https://heldout.example.org/challenges/stroke',
};
const format = (sequence: number, ...events: (typeof EVENT | { start: string })[]) =>
  formatCalendar({
    name: 'Stroke',
    sequence,
    changedAt: CHANGED,
    events: events.map((event) => ({ ...EVENT, ...event })),
  });

/** What a program reads: lines that are continued, put together. */
const unfold = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');
/** RFC 5545, 3.3.11. */
const unescapeText = (text: string) =>
  text.replaceAll(/\\([\\;,nN])/g, (_, escaped: string) => (/n/i.test(escaped) ? '\n' : escaped));

test('a calendar has its events between its lines, each line ended by CR and LF', () => {
  const text = format(3, EVENT);
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const lines = unfold(text);
  expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0']);
  expect(lines.slice(lines.indexOf('BEGIN:VEVENT'), lines.indexOf('END:VEVENT'))).toEqual([
    'BEGIN:VEVENT',
    'UID:a1-closes@heldout.example.org',
    'SEQUENCE:3',
    'DTSTAMP:20260301T093015Z',
    'LAST-MODIFIED:20260301T093015Z',
    'DTSTART:20260405T120000Z',
    'SUMMARY:Stroke\\; lesions\\, 2026: Final closes',
    'DESCRIPTION:Two\\nlines',
    'URL:https://heldout.example.org/challenges/stroke',
    'TRANSP:TRANSPARENT',
  ]);
});

test('a day has no time', () => {
  expect(unfold(format(0, { start: '2026-10-04' }))).toContain('DTSTART;VALUE=DATE:20261004');
});

describe('whatever a text contains', () => {
  test('a program reads it as it was, without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const read = unescapeText(
          unfold(foldLine(`SUMMARY:${escapeText(text)}`))[0]!.slice('SUMMARY:'.length),
        );
        expect(read).toBe(text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?!\n)\p{Cc}/gu, ''));
      }),
    );
  });

  test('no line has more than 75 octets, and no character is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const folded = foldLine(escapeText(text));
        for (const line of folded.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(Buffer.from(folded).toString()).toBe(folded);
      }),
    );
  });

  test('it starts no other line', () => {
    const attack = escapeText('x\r\nEND:VEVENT\nBEGIN:VALARM\u2028\u0085ATTACH:file');
    expect(foldLine(attack).split('\r\n')).toHaveLength(1);
    expect(attack).not.toMatch(/[\r\n]/);
  });
});

test('a line of 75 octets isn’t folded, and one of 76 is', () => {
  expect(foldLine('x'.repeat(75))).toBe('x'.repeat(75));
  expect(foldLine('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
  expect(foldLine('ä'.repeat(38))).toBe(`${'ä'.repeat(37)}\r\n ä`);
});
