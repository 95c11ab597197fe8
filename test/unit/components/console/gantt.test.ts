import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Gantt } from '#components/console/gantt.tsx';
import type { PhaseSummary } from '#lib/api/phases.ts';

const ANYWHERE = 'Etc/GMT+12';

function textOf(...zones: string[]): string {
  const phases = zones.map(
    (zone, index): PhaseSummary => ({
      ...{ id: String(index), slug: `phase-${index}`, title: 'Test', kind: 'HIDDEN', status: 'open', zone },
      ...{ opensAt: '2026-02-01T12:00:00.000Z', closesAt: '2026-03-01T11:59:00.000Z' },
      ...{ late: null, caseCount: 10 },
    }),
  );
  const props = { phases, rules: [], unserved: [], asOf: '2026-02-10T01:00:00.000Z' };
  return renderToStaticMarkup(createElement(Gantt, props))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('the time line is on the calendar of the zone that the phases share', () => {
  const text = textOf(ANYWHERE, ANYWHERE);
  expect(text).toContain('Times: anywhere on earth.');
  expect(text).toContain('1 Feb 2026 00:00 to 28 Feb 2026 23:59');
  // Today, too.
  expect(text).toContain('9 Feb');
});

test('the time line of phases in several zones is in UTC', () => {
  const text = textOf(ANYWHERE, 'Europe/Zurich');
  expect(text).toContain('Times: UTC.');
  expect(text).toContain('1 Feb 2026 12:00 to 1 Mar 2026 11:59');
});
