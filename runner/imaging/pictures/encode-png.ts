import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Number of bytes per pixel, and PNG's number for it. */
const KINDS = { gray: { channels: 1, code: 0 }, rgb: { channels: 3, code: 2 } } as const;

/**
 * Encodes a picture of 8 bits per channel (rows from the top) as PNG (W3C PNG, third edition).
 *
 * @throws Error if the pixels don't fill the picture.
 */
export function encodePng(
  width: number,
  height: number,
  pixels: Uint8Array,
  kind: keyof typeof KINDS = 'rgb',
): Uint8Array {
  const { channels, code } = KINDS[kind];
  if (pixels.length !== width * height * channels) {
    throw new Error(
      `${width}×${height} pixels (${kind}) take ${width * height * channels} bytes, not ${pixels.length}`,
    );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, code, 0, 0, 0], 8); // 8 bits, deflate, standard filters, not interlaced
  const rowBytes = width * channels;
  const filtered = Buffer.alloc((rowBytes + 1) * height);
  for (let row = 0; row < height; row++) {
    const target = row * (rowBytes + 1);
    filtered[target] = 1; // "Sub": each byte as the difference from the pixel on the left
    for (let byte = 0; byte < rowBytes; byte++) {
      const source = row * rowBytes + byte;
      filtered[target + 1 + byte] = pixels[source]! - (byte >= channels ? pixels[source - channels]! : 0);
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
