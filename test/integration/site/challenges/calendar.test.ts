import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET } from '#app/challenges/[slug]/calendar.ics/route.ts';
import { newScene } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
});
afterAll(() => here.close());

async function fetchCalendar(slug: string): Promise<Response> {
  const request = new Request(`${ORIGIN}/challenges/${slug}/calendar.ics`);
  return GET(request, { params: Promise.resolve({ slug }) });
}

async function read(slug: string) {
  const text = await (await fetchCalendar(slug)).text();
  const valuesOf = (name: string) =>
    [...text.replaceAll('\r\n ', '').matchAll(new RegExp(`^${name}[:;](.*)\\r$`, 'gm'))].map(
      ([, value]) => value!,
    );
  return {
    uids: valuesOf('UID'),
    sequences: valuesOf('SEQUENCE').map(Number),
    starts: valuesOf('DTSTART'),
    summaries: valuesOf('SUMMARY'),
    stamp: valuesOf('DTSTAMP')[0],
  };
}

test('the dates of a challenge are a calendar, with stable UIDs and a sequence that rises with each change', async () => {
  const opensAt = new Date('2026-03-01T00:00:00Z');
  const scene = await newScene(here.database.owner, { opensAt, closesAt: new Date('2026-04-01T12:00:00Z') });
  const { challengeId: id, challengeSlug: slug, phaseId } = scene;
  const { owner, site } = here.database;
  await owner.challenge.update({
    where: { id },
    data: { dates: [{ date: '2026-10-04', label: 'Workshop' }] },
  });
  const answer = await fetchCalendar(slug);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const first = await read(slug);
  expect(first).toMatchObject({
    starts: ['20260301T000000Z', '20260401T120000Z', 'VALUE=DATE:20261004'],
    summaries: [
      'Stroke lesions: Hidden test opens',
      'Stroke lesions: Hidden test closes',
      'Stroke lesions: Workshop',
    ],
  });
  expect(new Set(first.uids).size).toBe(3);
  expect(first.uids[0]).toBe(`${phaseId}-opens@heldout.example.org`);

  // A score and a change that no calendar shows.
  await here.database.runner.phase.update({ where: { id: phaseId }, data: { scoresVersion: 7 } });
  await owner.challenge.update({ where: { id }, data: { summary: 'Another one.' } });
  await site.phase.update({ where: { id: phaseId }, data: { opensAt } });
  expect(await read(slug)).toEqual(first);

  await site.phase.update({ where: { id: phaseId }, data: { closesAt: new Date('2026-04-08T12:00:00Z') } });
  const moved = await read(slug);
  expect(moved.starts[1]).toBe('20260408T120000Z');
  expect(moved.uids).toEqual(first.uids);
  expect(moved.sequences[0]).toBeGreaterThan(first.sequences[0]!);

  await site.challenge.update({
    where: { id },
    data: { dates: [{ date: '2026-10-05', label: 'Workshop' }] },
  });
  const later = await read(slug);
  expect(later.uids).toEqual(first.uids);
  expect(later.sequences[0]).toBeGreaterThan(moved.sequences[0]!);
});

test('a draft has no calendar for a program without a cookie', async () => {
  const { challengeId: id, challengeSlug: slug } = await newScene(here.database.owner);
  await here.database.owner.challenge.update({ where: { id }, data: { visibility: 'DRAFT' } });
  expect((await fetchCalendar(slug)).status).toBe(404);
  expect((await fetchCalendar('no-such-challenge')).status).toBe(404);
});
