import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Picture, redrawLogo } from '#lib/platform/pictures/redraw-logo.ts';

const BLUE = { r: 0, g: 80, b: 200 };
const drawing = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: BLUE } });
const MARK = 'PRIVATE-PLACE';

async function redrawn(bytes: Uint8Array): Promise<Picture> {
  const picture = await redrawLogo(bytes);
  if (typeof picture === 'string') throw new Error(picture);
  return picture;
}

describe('redrawLogo', () => {
  it.each(['png', 'jpeg', 'webp'] as const)(
    'keeps what a %s file shows, scaled to 512 pixels, as PNG',
    async (format) => {
      const { content, width, height } = await redrawn(await drawing(2048, 1024).toFormat(format).toBuffer());
      expect({ width, height }).toEqual({ width: 512, height: 256 });
      const { data, info } = await sharp(content).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ format: 'raw', width: 512, height: 256 });
      // JPEG is off by a little.
      expect(Math.abs(data[2]! - BLUE.b)).toBeLessThan(4);
      expect((await sharp(content).metadata()).format).toBe('png');
    },
  );

  it('doesn’t enlarge a small one', async () => {
    expect(await redrawn(await drawing(30, 20).png().toBuffer())).toMatchObject({ width: 30, height: 20 });
  });

  it('turns a photograph upright, and leaves out its metadata and what is behind it', async () => {
    const photograph = await drawing(40, 20)
      .jpeg()
      .withExif({ IFD0: { ImageDescription: MARK } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const bytes = Buffer.concat([photograph, Buffer.from(`<script>${MARK}</script>`)]);
    expect(bytes.includes(MARK)).toBe(true);
    const { content, width, height } = await redrawn(bytes);
    expect({ width, height }).toEqual({ width: 20, height: 40 });
    expect(Buffer.from(content).includes(MARK)).toBe(false);
  });

  it('keeps transparency', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { ...BLUE, alpha: 0 } } });
    const { content } = await redrawn(await clear.png().toBuffer());
    expect((await sharp(content).ensureAlpha().raw().toBuffer())[3]).toBe(0);
  });

  it('bounds the file of a noisy picture', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const noisy = sharp({ create: { width: 700, height: 700, channels: 3, background: BLUE, noise } });
    const { content } = await redrawn(await noisy.png().toBuffer());
    // A byte a pixel, and a palette.
    expect(content.length).toBeLessThan(512 * 512 + 4096);
  });

  it('refuses a small file of many pixels without decoding it', async () => {
    const bomb = await drawing(16_001, 1000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(200_000);
    expect(await redrawLogo(bomb)).toBe('tooManyPixels');
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
    ['GIF', 'GIF89a'],
    ['TIFF', 'II*\0'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['an empty file', ''],
  ])('refuses %s', async (_, text) => {
    expect(await redrawLogo(Buffer.from(text))).toBe('unknownFormat');
  });

  it('refuses a damaged file, and goes on with the next', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: BLUE, noise } })
      .png()
      .toBuffer();
    expect(await redrawLogo(whole.subarray(0, whole.length / 2))).toBe('unreadable');
    expect(await redrawLogo(whole.subarray(0, 8))).toBe('unreadable');
    expect(await redrawLogo(whole)).toMatchObject({ width: 64 });
  });
});
