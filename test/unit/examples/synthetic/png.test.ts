import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderPreview } from '#examples/synthetic/preview.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';

/** Decodes the encoder's kind of PNG: 8-bit RGB, filter "Sub". */
function decode(png: Uint8Array): { width: number; height: number; rgb: number[] } {
  const bytes = Buffer.from(png);
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += length + 12;
  }
  const header = chunks.get('IHDR')!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)]).toEqual([8, 2, 0, 0, 0]);
  expect(chunks.has('IEND')).toBe(true);
  const rows = inflateSync(chunks.get('IDAT')!);
  const rgb: number[] = [];
  for (let row = 0; row < height; row++) {
    const line = rows.subarray(row * (width * 3 + 1), (row + 1) * (width * 3 + 1));
    expect(line[0]).toBe(1);
    for (let byte = 0; byte < width * 3; byte++) {
      rgb.push((line[1 + byte]! + (byte >= 3 ? rgb[rgb.length - 3]! : 0)) & 255);
    }
  }
  return { width, height, rgb };
}

describe('PNG writer', () => {
  it('keeps every pixel, with valid chunks', () => {
    const rgb = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 97) % 256);
    expect(decode(encodePng(5, 3, rgb))).toEqual({ width: 5, height: 3, rgb: [...rgb] });
  });

  it('rejects pixels that do not fill the picture', () => {
    expect(() => encodePng(2, 2, new Uint8Array(11))).toThrow('12 bytes, not 11');
  });
});

describe('preview', () => {
  const shape = [4, 6, 8] as const;
  const voxel = (i: number, j: number, k: number) => i + 4 * (j + 6 * k);

  it('shows the patient’s right on the left and the top of the head above', () => {
    const scan = new Int16Array(4 * 6 * 8);
    const mask = new Uint8Array(scan.length);
    mask[voxel(1, 2, 5)] = 1;
    scan.fill(50);
    scan.fill(200, 0, 38); // the brightest tissue, in the lowest slices
    scan[voxel(3, 2, 5)] = 100; // furthest right (RAS), in the slices of the lesion
    const { width, rgb } = decode(renderPreview(scan, mask, { shape, scale: 1 }));
    // Axial panel: 4 wide, 6 high, centerd in panels 8 high: row 1 + (5 − 2), column 3 − 3.
    expect(rgb[(4 * width + 0) * 3]).toBeGreaterThan(rgb[(4 * width + 1) * 3]!);
    // Coronal panel after 4 + 4 columns: row 7 − 5, column 3 − 3.
    expect(rgb[(2 * width + 8) * 3]).toBeGreaterThan(rgb[(2 * width + 9) * 3]!);
  });

  it('outlines the lesion only in the second row, and omits that row without a lesion', () => {
    const scan = new Int16Array(4 * 6 * 8).fill(50);
    const mask = new Uint8Array(scan.length);
    const isColored = ({ rgb }: { rgb: number[] }) =>
      rgb.some((value, i) => i % 3 === 0 && value !== rgb[i + 2]);
    const empty = decode(renderPreview(scan, mask, { shape, scale: 1 }));
    expect(empty.height).toBe(8);
    expect(isColored(empty)).toBe(false);
    mask[voxel(1, 2, 5)] = 1;
    const outlined = decode(renderPreview(scan, mask, { shape, scale: 1 }));
    expect(outlined.height).toBe(8 + 4 + 8);
    expect(isColored(outlined)).toBe(true);
    expect(isColored({ rgb: outlined.rgb.slice(0, outlined.width * 8 * 3) })).toBe(false);
  });
});
