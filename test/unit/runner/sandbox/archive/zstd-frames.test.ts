import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompress } from '#runner/sandbox/archive/decompress.ts';
import { FrameBudget, zstdFrames } from '#runner/sandbox/archive/zstd-frames.ts';
import { skippableFrame } from '#test/support/images/zstd.ts';

const MIB = 2 ** 20;

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(
  bytes: Buffer,
  { chunkBytes = 64 * 1024, maxBytes = 64 * MIB, maxRatio = 200, zstdFrames = new FrameBudget() } = {},
): Promise<Buffer> {
  const limits = { maxBytes, maxRatio, zstdFrames };
  const parts: Buffer[] = [];
  for await (const part of decompress(inChunks(bytes, chunkBytes), limits, 'It')) parts.push(part);
  return Buffer.concat(parts);
}

/** Contents that produce blocks of every type (raw, run-length, compressed, none) and frames of many blocks. */
const CONTENTS = [
  Buffer.from('a few bytes'),
  Buffer.alloc(0),
  randomBytes(300_000),
  Buffer.alloc(700_000, 7),
  Buffer.from('text that repeats itself. '.repeat(50_000)),
  Buffer.alloc(2 * 256 * 1024, 'exactly what the decoder gives at once'),
  Buffer.from([1]),
];
const params = (entries: Record<number, number>) => ({ params: entries });
const FORMS: [string, (content: Buffer) => Buffer][] = [
  ['with default settings', (content) => zstdCompressSync(content)],
  ['with checksums', (content) => zstdCompressSync(content, params({ [constants.ZSTD_c_checksumFlag]: 1 }))],
  [
    'without content size',
    (content) => zstdCompressSync(content, params({ [constants.ZSTD_c_contentSizeFlag]: 0 })),
  ],
  [
    'with a large window',
    (content) => zstdCompressSync(content, params({ [constants.ZSTD_c_windowLog]: 27 })),
  ],
];

describe('consecutive frames are decompressed as one file', () => {
  test.each(FORMS)('%s', async (_, compress) => {
    const archive = Buffer.concat(CONTENTS.map(compress));
    for (const chunkBytes of [archive.length, 64 * 1024, 4099]) {
      expect((await unpack(archive, { chunkBytes })).equals(Buffer.concat(CONTENTS))).toBe(true);
    }
  });

  test('byte by byte, with skippable frames before, between and after', async () => {
    const [small, none] = [zstdCompressSync(Buffer.from('a')), zstdCompressSync(Buffer.alloc(0))];
    const pzstd = skippableFrame(Buffer.from([small.length, 0, 0, 0]));
    const archive = Buffer.concat([pzstd, small, skippableFrame(Buffer.alloc(0)), none, small, pzstd]);
    for (const chunkBytes of [5, archive.length])
      expect((await unpack(archive, { chunkBytes })).toString()).toBe('aa');
  });

  test('a piece never contains parts of two frames and is never larger than a block', async () => {
    const frames = CONTENTS.map((content) => zstdCompressSync(content));
    const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length);
    let at = 0;
    for await (const piece of zstdFrames(inChunks(Buffer.concat(frames), 1000), new FrameBudget(), 'It')) {
      expect(ends.filter((end) => at < end && end < at + piece.length)).toEqual([]);
      expect(piece.length).toBeLessThanOrEqual(128 * 1024 + 3 + 18 + 4);
      at += piece.length;
    }
    expect(at).toBe(Buffer.concat(frames).length);
  });
});

describe('damaged data is rejected', () => {
  const frame = zstdCompressSync(randomBytes(200_000), params({ [constants.ZSTD_c_checksumFlag]: 1 }));
  const flipped = (at: number) => {
    const bytes = Buffer.concat([frame, frame]);
    bytes[at]! ^= 0xff;
    return bytes;
  };
  const legacy = Buffer.from([0x27, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]);

  test.each<[string, Buffer, RegExp]>([
    ['trailing text', Buffer.concat([frame, Buffer.from('and more')]), /followed by other data/],
    ['trailing zeros', Buffer.concat([frame, frame, Buffer.alloc(512)]), /followed by other data/],
    ['a trailing byte', Buffer.concat([frame, frame.subarray(0, 1)]), /followed by other data/],
    ['a frame of an old version', Buffer.concat([frame, legacy]), /followed by other data/],
    ['a second frame truncated in its header', Buffer.concat([frame, frame.subarray(0, 6)]), /truncated/],
    ['truncated in a block', Buffer.concat([frame, frame.subarray(0, 70_000)]), /truncated/],
    ['truncated in its checksum', Buffer.concat([frame, frame.subarray(0, -1)]), /truncated/],
    [
      'a truncated skippable frame',
      Buffer.concat([frame, skippableFrame(Buffer.alloc(9)).subarray(0, -1)]),
      /truncated/,
    ],
    ['a wrong checksum in the first frame', flipped(frame.length - 1), /zstd data can’t be read/],
    ['a wrong checksum in the second frame', flipped(2 * frame.length - 1), /zstd data can’t be read/],
    ['a changed byte in a raw block', flipped(2 * frame.length - 5000), /zstd data can’t be read/],
  ])('%s', async (_, bytes, message) => {
    await expect(unpack(bytes)).rejects.toMatchObject({
      name: 'SubmissionError',
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('a block with an invalid type or size', async () => {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01]);
    for (const block of [(8 << 3) | (3 << 1) | 1, ((128 * 1024 + 1) << 3) | 1]) {
      const blockHeader = Buffer.alloc(3);
      blockHeader.writeUIntLE(block, 0, 3);
      const bytes = Buffer.concat([header, blockHeader, Buffer.alloc(200_000)]);
      await expect(unpack(bytes)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    }
  });

  test('a window larger than readers must support', async () => {
    // RFC 8878, 3.1.1.1.2: exponent 21 is a window of 2 GiB.
    const bytes = Buffer.concat([frame, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0])]);
    await expect(unpack(bytes)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('zstd data can'),
    });
  });
});

describe('a bomb of many frames is rejected while it streams', () => {
  /** Some 8 MiB each from 300 bytes: more than anything allows, if all of it were read. */
  const zeros = zstdCompressSync(Buffer.alloc(8 * MIB));
  let produced: number;
  async function* bomb(frame: Buffer): AsyncGenerator<Buffer> {
    for (produced = 0; produced < 10_000; produced++) yield frame;
  }
  const drain = async (source: AsyncIterable<Buffer>, maxBytes: number, maxRatio: number) => {
    const limits = { maxBytes, maxRatio, zstdFrames: new FrameBudget() };
    let bytes = 0;
    for await (const part of decompress(source, limits, 'It')) bytes += part.length;
    return bytes;
  };

  test('at the limit for the total size of all frames', async () => {
    await expect(drain(bomb(zeros), 40 * MIB, 1e9)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: 'It is larger than 40 MiB when unpacked.',
    });
    // After the fifth frame, only what the decoder buffers ahead is read.
    expect(produced).toBeLessThan(1000);
  });

  test('at the maximum ratio', async () => {
    await expect(drain(bomb(zeros), 1e12, 200)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('200 times'),
    });
    expect(produced).toBeLessThan(1000);
  });

  test('at the maximum number of frames, counted across one archive', async () => {
    const budget = new FrameBudget(10);
    const four = Buffer.concat(Array.from({ length: 4 }, () => zstdCompressSync(Buffer.from('x'))));
    expect((await unpack(four, { zstdFrames: budget })).toString()).toBe('xxxx');
    const skipped = Buffer.concat([four, skippableFrame(Buffer.alloc(0)), skippableFrame(Buffer.alloc(3))]);
    expect((await unpack(skipped, { zstdFrames: budget })).toString()).toBe('xxxx');
    await expect(unpack(four, { zstdFrames: budget })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: 'It brings the archive to more than 10 zstd frames, the maximum.',
    });
  });
});
