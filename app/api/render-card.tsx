import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageResponse } from 'next/og';
import { CARD_SIZE, Card, type CardLogo } from '#components/rankings/card.tsx';
import type { CardContent } from '#components/rankings/card-content.ts';
import type { LogoFile } from '#lib/site/challenges/logo.ts';

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

function asImage({ content, width, height }: LogoFile): CardLogo {
  const src = `data:image/png;base64,${Buffer.from(content).toString('base64')}`;
  return { src, width, height };
}

/** Draws the picture of a leaderboard as PNG. */
export async function renderCard(card: CardContent, logo: LogoFile | null): Promise<ArrayBuffer> {
  fonts ??= readFonts();
  const image = new ImageResponse(<Card card={card} logo={logo && asImage(logo)} />, {
    ...CARD_SIZE,
    fonts: await fonts,
  });
  return image.arrayBuffer();
}
