import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { needsOf } from '#components/console/needs.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';

/** A console on which nothing but the mail needs attention. */
function viewWith(mail: OrganizerView['mail']): OrganizerView {
  const runner = { name: 'r', silent: false, health: null };
  const quiet = {
    runners: [runner],
    unserved: [],
    challenge: { slug: 'stroke', phases: [] },
    waiting: {
      registrations: 0,
      oldestRegistrationAt: null,
      holds: 0,
      heldEvaluations: 0,
      requests: 0,
      rescorings: [],
      dataRequests: 0,
      overdueDataRequests: 0,
    },
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

test('the console lists what organizers must decide, and phases that close soon', () => {
  const view = viewWith({ isOn: true, showsMail: false, failed: 0, retried: 0 });
  const waiting = {
    ...{ registrations: 2, oldestRegistrationAt: '2026-11-29T17:00:00.000Z' },
    ...{ holds: 1, heldEvaluations: 3, requests: 1, dataRequests: 3, overdueDataRequests: 1 },
    rescorings: [{ phaseTitle: 'Final', metrics: ['dice v2'], submissions: 172, rankChanges: 1 }],
  };
  const closing = (closesAt: string, status = 'open') => ({ title: 'Final', status, closesAt });
  const phases = [
    closing('2026-12-02T12:00:00.000Z'),
    closing('2026-12-04T12:00:00.000Z'),
    closing('2026-12-01T12:00:00.000Z', 'upcoming'),
  ];
  const found = needsOf({
    ...view,
    waiting,
    challenge: { slug: 'stroke', phases },
  } as unknown as OrganizerView);
  expect(found.map(({ count, link }) => [count, link?.href])).toEqual([
    [2, '/organize/stroke/registrations?state=PENDING'],
    [3, '/organize/stroke/data?state=OVERDUE'],
    [1, '/organize/stroke/results'],
    [1, '/organize/stroke/rescorings'],
    [3, '/organize/stroke/queue#holds'],
    [1, '/organize/stroke/settings'],
  ]);
  expect(found[0]!.sentence).toBe('registrations wait, the oldest for 19 h.');
  expect(renderToStaticMarkup(found[3]!.sentence)).toBe(
    'rescoring of Final waits: <span class="mono">dice v2</span> on 172 submissions, 1 rank changes. <span class="muted">Nothing is public yet.</span>',
  );
});
