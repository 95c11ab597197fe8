// `npm run icons`: draws the pictures in public/ from app/icon.svg, app/tokens.css and the site's typeface, with the
// Chromium of the browser tests. Run it after one of those has changed, look at the pictures, and commit them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { ROOT } from '#scripts/root.ts';
import playwrightConfig from '../../playwright.config.ts';
import { icoOf } from './ico.ts';
import { type Inks, iconPage } from './icon-page.ts';
import { socialCardPage } from './social-card.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The light value of a token: pictures have no theme. */
function lightToken(tokens: string, name: string): string {
  const [, value] = new RegExp(`--${name}: (?:light-dark\\()?(#[0-9a-f]{6})`).exec(tokens) ?? [];
  if (!value) throw new Error(`app/tokens.css has no color --${name}.`);
  return value;
}

function inks(): Inks {
  const tokens = read('app/tokens.css');
  const token = (name: string) => lightToken(tokens, name);
  return {
    paper: token('paper'),
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    ruleMid: token('rule-mid'),
    ruleFaint: token('rule-faint'),
    accent: token('accent'),
    series: [token('s1'), token('s2'), token('s3')],
    others: token('s0'),
  };
}

async function picture(browser: Browser, html: string, width: number, height: number): Promise<Buffer> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: 'light' });
  const page = await context.newPage();
  await page.setContent(html);
  await page.evaluate(() => document.fonts.ready);
  const png = await page.screenshot({ type: 'png' });
  await context.close();
  return png;
}

const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
try {
  const icon = read('app/icon.svg');
  const colors = inks();
  const square = (size: number, share: number) =>
    picture(browser, iconPage(icon, colors.paper, share), size, size);
  const write = (name: string, content: Buffer) => writeFileSync(join(ROOT, 'public', name), content);

  // iOS and Android cut corners off: everything that matters lies within the middle 80 %.
  write('apple-touch-icon.png', await square(180, 0.68));
  write('icon-192.png', await square(192, 0.68));
  write('icon-512.png', await square(512, 0.68));
  const sizes = [16, 32, 48];
  const images = await Promise.all(sizes.map(async (size) => ({ size, png: await square(size, 1) })));
  write('favicon.ico', icoOf(images));
  const font = readFileSync(join(ROOT, 'node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2'));
  write('social-card.png', await picture(browser, socialCardPage(icon, colors, font), 1200, 630));
} finally {
  await browser.close();
}
