import sharp, { type Sharp } from 'sharp';
import { LOGO_SIDE, MAX_LOGO_PIXELS } from '#lib/domain/challenges/logo.ts';

/**
 * Decodes a picture that somebody uploaded and encodes what it shows as a new file, so that nothing but its pixels
 * gets on the site: no metadata, no second file behind the picture, no bytes that another decoder would read
 * differently.
 */

// One thread a picture, and no memory kept between them: logos are rare.
sharp.concurrency(1);
sharp.cache(false);
// Of libvips' many decoders, only these can run in this process. That of SVG draws the cards of leaderboards, which
// next/og makes; no uploaded file gets to it (isKnownFormat).
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadSvgBuffer',
  ],
});

const TIMEOUT_SECONDS = 20;

export interface Picture {
  /** PNG of at most 256 colors. */
  content: Uint8Array<ArrayBuffer>;
  /** In pixels, at most LOGO_SIDE. */
  width: number;
  height: number;
}

/** Why a file can't be a logo. */
export type PictureProblem = 'unknownFormat' | 'tooManyPixels' | 'unreadable';

/** The one that is decoded now. Others wait, so that the memory that logos take is that of one. */
let current: Promise<unknown> = Promise.resolve();

/** Draws a PNG, JPEG or WebP picture anew, scaled down to LOGO_SIDE. Of an animation, it draws the first picture. */
export function redrawLogo(bytes: Uint8Array): Promise<Picture | PictureProblem> {
  if (!isKnownFormat(bytes)) return Promise.resolve('unknownFormat');
  const redrawn = current.then(() => redraw(bytes));
  current = redrawn;
  return redrawn;
}

async function redraw(bytes: Uint8Array): Promise<Picture | PictureProblem> {
  try {
    const { width, height } = await read(bytes).metadata();
    // Read from the file's header, before anything is decoded.
    if (width * height > MAX_LOGO_PIXELS) return 'tooManyPixels';
    const { data, info } = await read(bytes)
      .autoOrient()
      .resize({ width: LOGO_SIDE, height: LOGO_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .png({ palette: true, effort: 1, compressionLevel: 9 })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .toBuffer({ resolveWithObject: true });
    return { content: new Uint8Array(data), width: info.width, height: info.height };
  } catch {
    return 'unreadable';
  }
}

function read(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: 2 * MAX_LOGO_PIXELS, failOn: 'error', sequentialRead: true });
}

const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0) =>
  start.every((byte, index) => bytes[at + index] === byte);
const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

function isKnownFormat(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a]) ||
    startsWith(bytes, [0xff, 0xd8, 0xff]) ||
    (startsWith(bytes, ascii('RIFF')) && startsWith(bytes, ascii('WEBP'), 8))
  );
}
