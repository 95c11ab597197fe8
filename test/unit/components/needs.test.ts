import { expect, test } from 'vitest';
import { needsOf } from '#components/console/needs.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

/** A console on which nothing but the mail needs attention. */
function viewWith(mail: OrganizerView['mail']): OrganizerView {
  const runner = { name: 'r', silent: false, health: null };
  const quiet = {
    runners: [runner],
    unserved: [],
    challenge: { phases: [] },
    platformFailures: 0,
    counts: [],
  };
  return { ...quiet, mail, asOf: '2026-11-30T12:00:00.000Z' } as unknown as OrganizerView;
}

test('the console says that mail is off, except where a development site shows it', () => {
  const off = { isOn: false, showsMail: false, failed: 0, retried: 0 };
  expect(needsOf(viewWith(off))).toMatchObject([{ warning: true, link: null }]);
  expect(needsOf(viewWith({ ...off, showsMail: true }))).toEqual([]);
  expect(needsOf(viewWith({ ...off, isOn: true }))).toEqual([]);
});

test('the console counts mails that couldn’t be delivered', () => {
  const failing = { isOn: true, showsMail: false, failed: 2, retried: 1 };
  expect(needsOf(viewWith(failing))).toMatchObject([{ count: 3, warning: true }]);
});
