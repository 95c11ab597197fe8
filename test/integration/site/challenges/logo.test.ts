import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET } from '#app/challenges/[slug]/logo/[hash]/route.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { removeLogo, setLogo } from '#lib/site/challenges/logo.ts';
import { startChallenge } from '#lib/site/challenges/start-challenge.ts';
import { SMALL_PICTURE } from '#test/support/imaging/small-picture.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
});
afterAll(() => here.close());

const NOTHING = new Uint8Array();
const alt = 'A brain, outlined';

async function newChallenge() {
  const { challengeSlug: slug, challengeId } = await newScene(here.database.owner);
  return { slug, challengeId, administrator: await here.newViewer({ isAdmin: true }) };
}

const logoOf = async (slug: string) => (await challengeView(here.site, slug, null)).logo;

function open(path: string): Promise<Response> {
  const [slug, hash] = path.match(/^\/challenges\/(.+)\/logo\/(.+)$/)!.slice(1) as [string, string];
  return GET(new Request(ORIGIN + path), { params: Promise.resolve({ slug, hash }) });
}

test('a logo is shown from an address that browsers keep, described anew, replaced and removed', async () => {
  const { slug, challengeId, administrator } = await newChallenge();
  expect(await logoOf(slug)).toBeNull();
  await setLogo(here.site, slug, { bytes: SMALL_PICTURE, alt }, administrator);
  const first = await logoOf(slug);
  expect(first).toMatchObject({ width: 1, height: 1, alt });
  const answer = await open(first!.path);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(50);

  await setLogo(here.site, slug, { bytes: NOTHING, alt: 'A brain' }, administrator);
  expect(await logoOf(slug)).toEqual({ ...first, alt: 'A brain' });

  await removeLogo(here.site, slug, administrator);
  await removeLogo(here.site, slug, administrator);
  expect(await logoOf(slug)).toBeNull();
  expect((await open(first!.path)).status).toBe(404);
  const trail = await here.database.owner.auditEvent.findMany({
    where: { challengeId },
    orderBy: { id: 'asc' },
  });
  const shortHash = `(SHA-256 ${first!.path.split('/').at(-1)!.slice(0, 12)}…)`;
  expect(trail.map(({ before, after }) => [before, after])).toEqual([
    [{ Logo: 'none' }, { Logo: `${alt} ${shortHash}` }],
    [{ Logo: `${alt} ${shortHash}` }, { Logo: `A brain ${shortHash}` }],
    [{ Logo: `A brain ${shortHash}` }, { Logo: 'none' }],
  ]);
});

test('a file that is no picture, one of too many bytes, none at all and no description are refused', async () => {
  const { slug, administrator } = await newChallenge();
  const set = (bytes: Uint8Array, text: unknown = alt) =>
    setLogo(here.site, slug, { bytes, alt: text }, administrator);
  const refusal = (field: string, message: RegExp) => ({
    code: 'INVALID',
    fields: { [field]: expect.stringMatching(message) },
  });
  await expect(set(NOTHING)).rejects.toMatchObject(refusal('logo', /Choose a file/));
  await expect(set(Buffer.from('<svg/>'))).rejects.toMatchObject(
    refusal('logo', /isn’t a PNG, JPEG or WebP/),
  );
  const large = Buffer.concat([SMALL_PICTURE, Buffer.alloc(1_000_000)]);
  await expect(set(large)).rejects.toMatchObject(refusal('logo', /more than 1 MB/));
  await expect(set(SMALL_PICTURE, ' ')).rejects.toMatchObject(refusal('alt', /Describe the logo/));
  expect(await logoOf(slug)).toBeNull();
});

test('the logo of a draft is for its organizers, and a copy of a challenge has the same logo', async () => {
  const { slug: origin, challengeId, administrator } = await newChallenge();
  await setLogo(here.site, origin, { bytes: SMALL_PICTURE, alt }, administrator);
  const request = { source: `copy:${origin}`, slug: unique('copy'), title: 'A copy' };
  const { slug } = await startChallenge(here.site, request, administrator);
  const { logo } = await challengeView(here.site, slug, administrator);
  const original = await logoOf(origin);
  expect(logo).toEqual({ ...original, path: original!.path.replace(origin, slug) });
  expect((await open(logo!.path)).status).toBe(404);
  // Its own: the other one goes, and this stays.
  await here.database.owner.challenge.delete({ where: { id: challengeId } });
  expect((await challengeView(here.site, slug, administrator)).logo).toEqual(logo);
});
