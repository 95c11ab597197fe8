import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const softly = expect.configure({ soft: true });

/** Accessibility problems that axe finds on the current page, as "rule: element". */
async function findings(page: Page): Promise<string[]> {
  // What passes isn’t described, and “legacy” opens no window for each run: that is for frames of other sites, which our
  // pages don’t have. Both take two thirds of the time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(RULES);
  const { violations } = await axe.setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** No accessibility problem, and nothing that makes the page scroll sideways. */
export async function expectSound(page: Page): Promise<void> {
  const place = `${page.url()} at ${page.viewportSize()?.width}`;
  // A figure that scripts draw follows a new width a moment later.
  await softly.poll(() => overflow(page), `${place} scrolls sideways`).toBe(0);
  softly(await findings(page), place).toEqual([]);
}

/** The same at each width, without loading the page again. */
export async function expectSoundAt(page: Page, widths: readonly number[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await expectSound(page);
  }
}

/** Width by which the page exceeds the screen, apart from its own scroll areas. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
