import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageResponse } from 'next/og';
import { CARD_SIZE, Card } from '#components/rankings/card.tsx';
import type { CardContent } from '#components/rankings/card-content.ts';

const WEIGHTS = [
  ['Regular', 400],
  ['SemiBold', 600],
] as const;

/** Read once: the pages' own typeface, as a format that the library of next/og reads. */
let fonts: Promise<{ name: string; data: Buffer; weight: 400 | 600 }[]> | undefined;

function readFonts() {
  return Promise.all(
    WEIGHTS.map(async ([name, weight]) => {
      const file = `node_modules/geist/dist/fonts/geist-sans/Geist-${name}.ttf`;
      const data = await readFile(join(/*turbopackIgnore: true*/ process.cwd(), file));
      return { name: 'Geist', data, weight };
    }),
  );
}

/** Draws the picture of a leaderboard as PNG. */
export async function renderCard(card: CardContent): Promise<ArrayBuffer> {
  fonts ??= readFonts();
  const image = new ImageResponse(<Card card={card} />, { ...CARD_SIZE, fonts: await fonts });
  return image.arrayBuffer();
}
