import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { at } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

const TOKENS = readFileSync(join(import.meta.dirname, '../../app/tokens.css'), 'utf8');

/** Width and height of a PNG, from its first chunk. */
function sizeOf(png: Buffer): string {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

test('a page’s head names the icons, the manifest and the card of a shared link, and all are served', async ({
  page,
  request,
}) => {
  await page.goto(at(`/challenges/${CHALLENGE}`));
  const attributes = (selector: string, name: string) =>
    page
      .locator(`head ${selector}`)
      .evaluateAll((found, key) => found.map((one) => one.getAttribute(key)), name);
  const meta = (property: string) =>
    attributes(`meta[property="${property}"], meta[name="${property}"]`, 'content');

  const card = `${served().url}/social-card.png`;
  expect(await meta('og:image')).toEqual([card]);
  expect(await meta('twitter:image')).toEqual([card]);
  expect(await meta('twitter:card')).toEqual(['summary_large_image']);
  expect(await meta('og:site_name')).toEqual(['Heldout']);
  expect(await meta('og:title')).toEqual([await page.title()]);
  expect(await meta('og:description')).toEqual(await meta('description'));
  expect(sizeOf(await (await request.get(card)).body())).toBe('1200x630');

  expect(await attributes('link[rel="icon"]', 'href')).toEqual(['/favicon.ico', '/icon.svg']);
  for (const path of ['/favicon.ico', '/icon.svg']) expect((await request.get(at(path))).status()).toBe(200);
  const [touch] = await attributes('link[rel="apple-touch-icon"]', 'href');
  expect(sizeOf(await (await request.get(at(touch ?? ''))).body())).toBe('180x180');
});

test('the manifest names icons of the sizes that they have, on the paper of the pages', async ({
  page,
  request,
}) => {
  await page.goto(at('/'));
  const href = await page.locator('head link[rel="manifest"]').getAttribute('href');
  const answer = await request.get(at(href ?? ''));
  expect(answer.headers()['content-type']).toContain('application/manifest+json');
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: 'Heldout', start_url: '/' });
  expect(TOKENS).toContain(`--paper: light-dark(${manifest.background_color},`);
  expect(manifest.icons.length).toBeGreaterThan(1);
  for (const icon of manifest.icons) {
    expect(sizeOf(await (await request.get(at(icon.src))).body())).toBe(icon.sizes);
  }
});

test('robots may read public pages, and neither programs’ routes nor what an account shows', async ({
  request,
}) => {
  const answer = await request.get(at('/robots.txt'));
  expect(answer.status()).toBe(200);
  const rules = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules).toEqual([
    'User-agent: *',
    'Allow: /',
    'Allow: /api/v1/*/card.png',
    'Disallow: /api/',
    'Disallow: /submissions/',
    'Disallow: /organize/',
    'Disallow: /account',
  ]);
});
