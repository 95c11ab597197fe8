import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemSchema } from '#lib/api/problem.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { openSiteProcess, type SiteProcess } from '#test/support/site/site-process.ts';
import { uploadSlowly } from '#test/support/site/slow-client.ts';

/**
 * The production site as its own process, with an idle limit of two seconds instead of 60. Uploads of more than five
 * minutes behave like those of more than two seconds here: nothing limits the whole request.
 */
const IDLE_MS = 2000;
let database: TestDatabase;
let url: string;
let scene: Scene;
let site: SiteProcess;
let member: { client: SiteClient; token: string; team: string };

beforeAll(async () => {
  site = await openSiteProcess({ HELDOUT_IDLE_SECONDS: String(IDLE_MS / 1000) });
  ({ url, database } = site);
  scene = await newScene(database.owner);
  member = await newMember();
});
afterAll(async () => {
  await site.close();
});

async function newMember() {
  const anybody = new SiteClient(url);
  const person = { name: 'Ada', email: `${unique('ada')}@example.org`, password: 'correct horse battery' };
  await anybody.signUp(person);
  const token = await anybody.createToken(person, 'laptop');
  const client = anybody.as(token);
  const team = await client.createTeam(unique('Team'));
  await client.register(scene.challengeSlug, team);
  return { client, token, team };
}

/** An upload in ten parts. */
function slowUpload(pauseMs: number) {
  const address = new URL('/api/v1/images', url);
  const { team, token } = member;
  address.search = String(new URLSearchParams({ team, challenge: scene.challengeSlug, phase: 'test' }));
  const headers = { authorization: `Bearer ${token}`, 'x-file-name': 'slow.tar.gz' };
  return { url: address, headers, body: gzipSync(unique('archive')), parts: 10, pauseMs };
}

test('an upload that takes several times the idle limit is stored', async () => {
  const { status, text, tookMs } = await uploadSlowly(slowUpload(IDLE_MS / 2));
  expect(status, text).toBe(201);
  expect(tookMs).toBeGreaterThan(3 * IDLE_MS);
  expect(JSON.parse(text)).toMatchObject({ image: { fileName: 'slow.tar.gz' } });
});

test('an upload that stalls is ended after the idle limit, with a sentence, and isn’t stored', async () => {
  const where = { team: { slug: member.team } };
  const before = await database.owner.image.count({ where });
  const { status, text } = await uploadSlowly({ ...slowUpload(100), stopsAfter: 3 });
  expect(status).toBe(400);
  expect(problemSchema.parse(JSON.parse(text))).toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
    detail: expect.stringContaining('No data arrived for 2 s'),
  });
  expect(await database.owner.image.count({ where })).toBe(before);
});

test('an event stream without events stays open for longer than the idle limit', async () => {
  const { client, token, team } = member;
  const { id: teamId } = await database.owner.team.findUniqueOrThrow({ where: { slug: team } });
  const imageId = await scene.image(teamId);
  const place = { challenge: scene.challengeSlug, phase: 'test', team };
  const id = await client.submit({ ...place, imageId, algorithm: 'net 1' });
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/v1/submissions/${id}/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  const reader = response.body!.getReader();
  await reader.read();
  // Longer than the idle limit, and shorter than the 15 s between two pings.
  const next = reader.read().then(
    ({ done }) => (done ? 'ended' : 'data'),
    () => 'cut',
  );
  expect(['open', 'data']).toContain(await Promise.race([next, delay(3 * IDLE_MS, 'open')]));
  leaving.abort();
});

test('pages and static files are served as by Next itself', async () => {
  const page = await fetch(url);
  expect(page.status).toBe(200);
  const html = await page.text();
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(html)?.[1];
  expect((await fetch(new URL(script ?? '/missing', url))).headers.get('cache-control')).toContain(
    'immutable',
  );
  const policy = page.headers.get('content-security-policy') ?? '';
  const [, nonce] = /script-src 'self' 'nonce-([^']+)';/.exec(policy) ?? [];
  expect(nonce).toBeDefined();
  expect(html).toContain(`nonce="${nonce}"`);
});
