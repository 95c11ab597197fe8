import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { METRIC_NAMES, METRICS } from '#lib/domain/metrics/metrics.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { seeded } from '#test/bench/lesion-masks.ts';
import { mutant } from '#test/fuzz/mutate.ts';
import { pngFile, tiffFile } from '#test/support/imaging/picture-files.ts';
import PICTURES from '#test/support/imaging/pictures.json' with { type: 'json' };

/** Written by Pillow 12.3 and tifffile 2026.3, with the values below. */
type Name = keyof typeof PICTURES;
const file = (name: Name) => Buffer.from(PICTURES[name], 'base64');

const [WIDTH, HEIGHT] = [37, 21];
const pixels = (width: number, height: number, of: (x: number, y: number) => number) =>
  Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width)));
const BYTES = pixels(WIDTH, HEIGHT, (x, y) => (x * 7 + y * 13 + ((x * y) % 11) * 5) & 0xff);
const WORDS = pixels(WIDTH, HEIGHT, (x, y) => (x * 977 + y * 1301 + ((x * y) % 11) * 5000) & 0xffff);
const BITS = pixels(WIDTH, HEIGHT, (x, y) => Number((x + y) % 3 === 0));

const READABLE: readonly [Name, string, readonly number[]][] = [
  ['png gray8', 'uint8', BYTES],
  ['png gray16', 'uint16', WORDS],
  ['png bit', 'uint8', BITS],
  ['png palette', 'uint8', BYTES],
  ['png identity palette', 'uint8', BYTES],
  ['tif raw8', 'uint8', BYTES],
  ['tif bit', 'uint8', BITS],
  ['tif palette', 'uint8', BYTES],
  ['tif pil lzw8', 'uint8', BYTES],
  ['tif pil deflate16', 'uint16', WORDS],
  ['tif pil packbits8', 'uint8', BYTES],
  ['tif lzw16 strips', 'uint16', WORDS],
  ['tif lzw16 predictor', 'uint16', WORDS],
  ['tif deflate8 tiles', 'uint8', BYTES],
  ['tif lzw16 tiles big-endian predictor', 'uint16', WORDS],
  ['tif raw16 big-endian', 'uint16', WORDS],
  ['tif packbits16 tiles', 'uint16', WORDS],
  ['tif int16', 'int16', [...Int16Array.from(WORDS)]],
  ['tif float32', 'float32', [...Float32Array.from(BYTES, (value) => value / 255)]],
];

describe('pictures that other programs wrote', () => {
  test.each(READABLE)('%s', (name, dtype, values) => {
    const volume = readVolume(file(name));
    expect(volume).toMatchObject({
      shape: [WIDTH, HEIGHT, 1],
      spacing: [1, 1, 1],
      dtype,
      slope: 1,
      intercept: 0,
    });
    expect(Array.from(volume.data as ArrayLike<number>)).toEqual(values);
  });

  test('LZW codes of every width, and a table that is cleared', () => {
    const { data } = readVolume(file('tif lzw8 long'));
    const values = pixels(120, 90, (x, y) => ((x * x * 3 + y * y * 7 + x * y) >> 3) & 0xff);
    expect(Array.from(data as Uint8Array)).toEqual(values);
  });

  test.each([
    ['png gray palette', /palette of grays is ambiguous: entry 0/],
    ['png rgb', /pixels are RGB\. Write one channel/],
    ['png rgba', /RGB with transparency/],
    ['png la', /gray with transparency/],
    ['tif pages', /several pages/],
    ['tif rgb', /3 channels/],
    ['tif white', /tag 262 says that 0 is white/],
    ['tif big', /BigTIFF/],
    ['tif jpeg', /compression 7 isn’t supported/],
    ['tif uint32', /32 bits.*8 or 16 bits/],
  ] as [Name, RegExp][])('%s is refused in words', (name, message) => {
    expect(() => readVolume(file(name))).toThrow(SubmissionError);
    expect(() => readVolume(file(name))).toThrow(message);
  });
});

describe('what a header promises is checked before anything is allocated', () => {
  const limits = { maxVoxelBytes: 1000 };

  test('sizes beyond the limit', () => {
    expect(() => readVolume(pngFile({ width: 0x7fff_ffff, height: 0x7fff_ffff }))).toThrow(/the limit is/);
    expect(() => readVolume(pngFile({ width: 1, height: 0x7fff_ffff }))).toThrow(/the limit is/);
    expect(() => readVolume(pngFile({ width: 101, height: 10 }), limits)).toThrow(
      /1020 bytes.*limit is 1000/,
    );
    expect(() => readVolume(tiffFile({ 256: 101, 257: 10 }), limits)).toThrow(/1010 bytes.*limit is 1000/);
    expect(() => readVolume(tiffFile({ 256: 0xffff_ffff, 257: 0xffff_ffff }))).toThrow(/the limit is/);
    const hugeTile = { 322: 0xffff, 323: 0xffff_ff, 324: 8, 325: 1 };
    expect(() => readVolume(tiffFile(hugeTile))).toThrow(/the limit is/);
    expect(() => readVolume(pngFile({ width: 0, height: 5 }))).toThrow(/0 × 5 pixels/);
    expect(() => readVolume(tiffFile({ 257: 0 }))).toThrow(/4 × 0 pixels/);
  });

  test('more pixels than the compressed bytes can hold', () => {
    expect(() => readVolume(pngFile({ width: 20_000, height: 20_000 }))).toThrow(/can’t contain that many/);
  });

  test('a bomb in a strip stops at the size of the strip', () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readVolume(tiffFile({ 259: 8 }, bomb))).toThrow(/more than the 12 bytes that belong there/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });

  test('strips that name the same bytes again and again', () => {
    const strips = { 257: 3, 278: 1, 273: [8, 8, 8], 279: [200, 200, 200] };
    expect(() => readVolume(tiffFile(strips, Buffer.alloc(240)))).toThrow(/don’t fit/);
  });

  test('tags that lie beyond the file, repeat or are too many', () => {
    const whole = tiffFile({});
    const moved = Buffer.from(whole);
    moved.writeUInt32LE(whole.length + 10, 4);
    expect(() => readVolume(moved)).toThrow(/beyond its end/);
    expect(() => readVolume(tiffFile({ 273: [8, 8], 279: [12, 12] }))).toThrow(
      /2 offsets and 2 sizes for 1 strips/,
    );
    const many = Buffer.from(whole);
    // The entry of StripOffsets: its count.
    const entry = many.readUInt32LE(4) + 2 + 12 * 5;
    expect(many.readUInt16LE(entry)).toBe(273);
    many.writeUInt32LE(0xffff_ffff, entry + 4);
    expect(() => readVolume(many)).toThrow(/4294967295 numbers/);
    many.writeUInt16LE(256, entry);
    many.writeUInt32LE(1, entry + 4);
    expect(() => readVolume(many)).toThrow(/tag 256 occurs twice/);
  });

  test('what readers understand differently is refused with its tag', () => {
    for (const tag of [274, 266]) expect(() => readVolume(tiffFile({ [tag]: 2 }))).toThrow(`tag ${tag}`);
    expect(() => readVolume(pngFile({ width: 4, height: 3, interlace: 1 }))).toThrow(/interlaced/);
    for (const bits of [2, 4]) {
      expect(() => readVolume(pngFile({ width: 4, height: 3, bits }))).toThrow(`${bits} bits`);
      expect(() => readVolume(tiffFile({ 258: bits }))).toThrow(`${bits} bits`);
    }
  });

  test('a wrong checksum, a missing end and an unknown filter', () => {
    const whole = pngFile({ width: 4, height: 3 });
    expect(readVolume(whole).shape).toEqual([4, 3, 1]);
    expect(() => readVolume(whole.subarray(0, -12))).toThrow(/truncated/);
    const wrong = Buffer.from(whole);
    wrong[20]! ^= 1;
    expect(() => readVolume(wrong)).toThrow(/checksum/);
    expect(() => readVolume(pngFile({ width: 4, height: 3, filter: 9 }))).toThrow(/filter 9/);
  });
});

test('damaged pictures are read or UNREADABLE, without crashes or hangs', () => {
  const names = Object.keys(PICTURES) as Name[];
  const random = seeded(20_261_130);
  const outcomes = { read: 0, refused: 0 };
  let slowestMs = 0;
  for (let n = 0; n < 6000; n++) {
    const damaged = mutant(file(names[n % names.length]!), random);
    const start = performance.now();
    try {
      readVolume(damaged, { maxVoxelBytes: 4_000_000 });
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof SubmissionError)) throw new Error(`mutant ${n}`, { cause: error });
      expect(error.code).toBe('UNREADABLE');
      outcomes.refused++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  expect(slowestMs).toBeLessThan(2000);
  expect(outcomes.read).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(1000);
});

test('every truncation of a picture is UNREADABLE', () => {
  for (const name of ['png gray8', 'tif raw8', 'tif lzw16 strips', 'tif deflate8 tiles'] as const) {
    const whole = file(name);
    for (let length = 1; length < whole.length; length += 7) {
      try {
        const { data } = readVolume(whole.subarray(0, length));
        // Bytes behind the last pixel may be missing, such as tags that no reader needs.
        expect(Array.from(data as ArrayLike<number>)).toEqual(
          Array.from(readVolume(whole).data as ArrayLike<number>),
        );
      } catch (error) {
        expect(error).toMatchObject({ code: 'UNREADABLE' });
      }
    }
  }
});

describe('pictures are scored by the same scorer', () => {
  const rows = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 2];
  const truth = pngFile({ width: 4, height: 3, pixels: rows });
  const shifted = [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2];
  const prediction = tiffFile({}, Buffer.from(shifted));

  test('a PNG and a TIFF of the same size share a grid; volumes and distances have no value', () => {
    const outcome = scoreCase({ truth, prediction, connectivity: 6 });
    if (outcome.status !== 'scored') throw new Error(outcome.message);
    // |P| = |T| = 5, 3 in both.
    expect(outcome.metrics).toMatchObject({
      dice: 0.6,
      volume_difference_voxels: 0,
      lesion_count_difference: 0,
    });
    const missing = METRIC_NAMES.filter((name) => outcome.metrics[name] === null);
    expect(missing).toEqual(
      METRIC_NAMES.filter(
        (name) => METRICS[name].needsMillimetres || METRICS[name].undefinedWhere === 'noMaps',
      ),
    );
    expect(outcome.truth).toMatchObject({ voxels: 5, gridVoxels: 12, hasMillimetres: false });
  });

  test('labels', () => {
    const labels = [
      { value: 1, name: 'cell' },
      { value: 2, name: 'nucleus' },
    ];
    const outcome = scoreCase({ truth, prediction, connectivity: 6, labels });
    if (outcome.status !== 'scored') throw new Error(outcome.message);
    expect(outcome.metrics).toMatchObject({ 'dice@cell': 0.5, 'dice@nucleus': 1, dice: 0.75, hd: null });
  });

  test('another size is SHAPE, and an image with a position is AFFINE', () => {
    const other = pngFile({ width: 3, height: 4 });
    expect(scoreCase({ truth, prediction: other, connectivity: 6 })).toMatchObject({
      code: 'SHAPE',
      message: 'The output has 3 × 4 pixels, but the image has 4 × 3.',
    });
    const affine = [2, 0, 0, 5, 0, 2, 0, 5, 0, 0, 2, 5, 0, 0, 0, 1];
    const data = Uint8Array.from(shifted);
    const placed = encodeNifti({ shape: [4, 3, 1], affine, data });
    expect(scoreCase({ truth, prediction: placed, connectivity: 6 })).toMatchObject({
      code: 'AFFINE',
      message: /\.png or \.tif/,
    });
    const plain = encodeMetaImage({
      shape: [4, 3, 1],
      affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      data,
    });
    expect(scoreCase({ truth, prediction: plain, connectivity: 6 })).toMatchObject({
      metrics: { dice: 0.6 },
    });
    expect(scoreCase({ truth: placed, prediction, connectivity: 6 })).toMatchObject({ code: 'AFFINE' });
  });
});
