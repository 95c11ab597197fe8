import * as node from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as browser from '#browser/node/zlib.ts';

/** What a call returns, or the code of its error. */
function outcome(run: () => Uint8Array): string {
  try {
    return Buffer.from(run()).toString('hex');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

const INFLATERS = [
  ['gunzipSync', browser.gunzipSync, node.gunzipSync],
  ['unzipSync', browser.unzipSync, node.unzipSync],
  ['inflateSync', browser.inflateSync, node.inflateSync],
] as const;

/** Voxels: long runs of 0, and smooth values with noise. */
const voxels = fc
  .tuple(fc.nat(5000), fc.nat(4000), fc.nat(255))
  .map(([zeros, values, seed]) =>
    Uint8Array.from({ length: zeros + values }, (_, i) =>
      i < zeros ? 0 : (100 * Math.sin(i / 40) + ((i * (seed + 7)) % 13)) & 0xff,
    ),
  );

describe('zlib of browsers', () => {
  test('compresses to the same bytes as Node, at every level', () => {
    fc.assert(
      fc.property(voxels, fc.integer({ min: 1, max: 9 }), (bytes, level) => {
        expect(outcome(() => browser.gzipSync(bytes, { level }))).toBe(
          outcome(() => node.gzipSync(bytes, { level })),
        );
        expect(outcome(() => browser.deflateSync(bytes, { level }))).toBe(
          outcome(() => node.deflateSync(bytes, { level })),
        );
      }),
      { numRuns: 60 },
    );
  });

  const limits = fc.record({
    maxOutputLength: fc.integer({ min: 1, max: 12_000 }),
    chunkSize: fc.integer({ min: 64, max: 12_000 }),
    finishFlush: fc.constantFrom(4, 2),
  });
  const damage = fc.record({
    cut: fc.nat(40),
    flip: fc.option(fc.nat(400)),
    tail: fc.uint8Array({ maxLength: 6 }),
  });

  test('unpacks, refuses and limits as Node does: whole, cut, damaged, with members and bytes behind', () => {
    fc.assert(
      fc.property(
        voxels,
        voxels,
        fc.boolean(),
        limits,
        damage,
        (first, second, hasTwo, options, { cut, flip, tail }) => {
          for (const format of ['gzip', 'zlib'] as const) {
            const pack = format === 'gzip' ? node.gzipSync : node.deflateSync;
            const whole = Buffer.concat([pack(first), ...(hasTwo ? [pack(second)] : [])]);
            const file = Buffer.concat([whole.subarray(0, whole.length - cut), tail]);
            if (flip !== null && flip < file.length) file[flip] = file[flip]! ^ 0x55;
            for (const [name, ours, theirs] of INFLATERS) {
              expect(
                outcome(() => ours(file, options)),
                `${name} of ${format}`,
              ).toBe(outcome(() => theirs(file, options)));
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('has the same CRC-32', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(browser.crc32(b, browser.crc32(a))).toBe(node.crc32(b, node.crc32(a)));
      }),
    );
  });
});
