import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckedCase, CheckedInput } from '#cli/dataset/check/check-case.ts';
import { numbersOf, valueRange } from '#cli/dataset/check/value-range.ts';
import { findDuplicates } from '#cli/dataset/duplicates/duplicates.ts';
import { correlation, fingerprint } from '#cli/dataset/duplicates/fingerprint.ts';
import { haveSameVoxels } from '#cli/dataset/duplicates/same-voxels.ts';
import { UNKNOWN_METADATA } from '#cli/dataset/files/metadata.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { reorderVolume } from '#runner/imaging/grid.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import { dataTypeOf, type RawData, type Triple, type Volume } from '#runner/imaging/volume.ts';

const AFFINE = [1, 0, 0, -3, 0, 1, 0, -2, 0, 0, 1, -1, 0, 0, 0, 1];

function volume(shape: Triple, data: RawData, scale: { slope?: number; intercept?: number } = {}): Volume {
  const dtype = dataTypeOf(data);
  return { ...volumeOn({ shape, affine: AFFINE }, { format: 'NIFTI', dtype, data }), ...scale };
}

describe('the value range', () => {
  const types = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array];
  const floats = [Float32Array, Float64Array];
  const scales = [
    {},
    { slope: -0.5, intercept: 0 },
    { slope: 2, intercept: 10 },
    { slope: 0.3, intercept: 0.7 },
  ];
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  /** Stretches of zeros and of other values, whose ends fall everywhere in a chunk. */
  const values = (length: number, odd: readonly number[]) => {
    const made: number[] = [];
    while (made.length < length) {
      const stretch = Math.floor(random() * 90);
      const isZero = random() < 0.5;
      for (let i = 0; i < stretch; i++) {
        const isOdd = odd.length > 0 && random() < 0.01;
        const other = isOdd ? odd[Math.floor(random() * odd.length)]! : Math.floor(random() * 250) - 120;
        made.push(isZero ? 0 : other);
      }
    }
    return made.slice(0, length);
  };
  const byHand = ({ data, slope, intercept }: Volume) => {
    const all = Array.from(data as ArrayLike<number | bigint>, (raw) => Number(raw) * slope + intercept);
    const finite = all.filter(Number.isFinite);
    return {
      min: finite.length === 0 ? null : Math.min(...finite),
      max: finite.length === 0 ? null : Math.max(...finite),
      notFinite: all.length - finite.length,
    };
  };

  it.each([...types, ...floats, BigInt64Array])('of %o is that of every voxel', (type) => {
    for (const scale of scales) {
      for (const length of [1, 7, 31, 64, 1001]) {
        const odd = (floats as unknown[]).includes(type)
          ? [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]
          : [];
        const numbers = values(length, odd);
        const data = (
          type === BigInt64Array
            ? BigInt64Array.from(numbers, BigInt)
            : (type as Float64ArrayConstructor).from(numbers)
        ) as RawData;
        const image = volume([length, 1, 1], data, scale);
        const found = valueRange(image, numbersOf(data));
        // −0 is 0.
        expect({ ...found, min: found.min && found.min + 0, max: found.max && found.max + 0 }).toEqual(
          byHand(image),
        );
      }
    }
  });

  it('of NaN alone is none', () => {
    const data = new Float32Array(40).fill(Number.NaN);
    expect(valueRange(volume([40, 1, 1], data), data)).toEqual({ min: null, max: null, notFinite: 40 });
  });
});

/** Longer than 128 along the first axis, so that only every second voxel there is in the fingerprint. */
const SHAPE: Triple = [130, 40, 30];
const smooth = Int16Array.from({ length: 130 * 40 * 30 }, (_, at) => {
  const [x, y, z] = [at % 130, Math.floor(at / 130) % 40, Math.floor(at / 5200)];
  return Math.hypot(x - 65, y - 20, z - 15) > 60
    ? 0
    : Math.round(300 + 90 * Math.sin(x / 9) * Math.cos(y / 5 + z / 7));
});
const scan = volume(SHAPE, smooth);
const print = (image: Volume) => fingerprint(image, numbersOf(image.data));

describe('the fingerprint', () => {
  it.each([
    ['float32', volume(SHAPE, Float32Array.from(smooth))],
    ['int64', volume(SHAPE, BigInt64Array.from(smooth, BigInt))],
    [
      'a scale',
      volume(
        SHAPE,
        smooth.map((value) => value * 2 - 8),
        { slope: 0.5, intercept: 4 },
      ),
    ],
    ['flipped axes', reorderVolume(scan, { axes: [0, 1, 2], flipped: [true, false, true] })],
    ['permuted axes', reorderVolume(scan, { axes: [2, 0, 1], flipped: [false, true, false] })],
  ])('doesn’t depend on %s', (_, image) => {
    expect(print(image).digest).toBe(print(scan).digest);
    expect(correlation(print(image).signature!, print(scan).signature!)).toBeCloseTo(1, 6);
  });

  it('differs where one seen voxel does', () => {
    const changed = smooth.with(2 + 130 * 20, 1);
    expect(print(volume(SHAPE, changed)).digest).not.toBe(print(scan).digest);
  });
});

describe('duplicates', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-duplicates-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function checkedCase(name: string, image: Volume): Promise<CheckedCase> {
    const file = path.join(folder, `${name}.nii.gz`);
    const { shape, affine, data } = image;
    await writeFile(file, encodeNifti({ shape, affine, data, gzipLevel: 1 }));
    return withInput(name, { slug: 't1', file, ...print(image) });
  }
  const withInput = (name: string, input: Partial<CheckedInput>): CheckedCase => ({
    source: { name, inputs: {}, truths: {}, values: {}, metadata: UNKNOWN_METADATA, strata: {} },
    findings: [],
    inputs: [input as CheckedInput],
    truths: [],
    headerTexts: [],
    sealed: [],
    scoredFacts: null,
  });

  it('are found by every voxel, also by those that the fingerprint doesn’t see', async () => {
    const other = volume(SHAPE, smooth.with(3 + 130 * 20, 1));
    expect(print(other).digest).toBe(print(scan).digest);
    const flipped = reorderVolume(scan, { axes: [0, 1, 2], flipped: [true, false, false] });
    const cases = [
      await checkedCase('a', scan),
      await checkedCase('b', other),
      await checkedCase('c', flipped),
      await checkedCase('d', other),
    ];
    await findDuplicates(cases, undefined);
    expect(
      cases.map(({ findings }) => findings.map(({ code, message }) => [code, message.slice(0, 40)])),
    ).toEqual([
      [],
      [['near_duplicate', 'its scan is nearly identical to that of ']],
      [['duplicate', 'its scan is identical to that of a: the ']],
      [['duplicate', 'its scan is identical to that of b: the ']],
    ]);
  });

  it('NaN in the same place is the same', async () => {
    const data = Float32Array.from(smooth);
    data[7] = Number.NaN;
    const [a, b] = [await checkedCase('a', volume(SHAPE, data)), await checkedCase('b', scan)];
    const [x, y] = [a.inputs[0]!.file, b.inputs[0]!.file];
    expect([await haveSameVoxels(x, x), await haveSameVoxels(x, y), await haveSameVoxels(y, x)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('the search among many cases can be interrupted', async () => {
    const signature = print(scan).signature!;
    const cases = Array.from({ length: 1271 }, (_, i) =>
      withInput(String(i), {
        slug: 't1',
        file: '',
        digest: String(i),
        signature: signature.map((v) => (i % 2 ? v : -v)),
      }),
    );
    const stop = new AbortController();
    let turns = 0;
    const counter = setInterval(() => {
      turns += 1;
      if (turns === 3) stop.abort(new Error('Interrupted.'));
    });
    try {
      await expect(findDuplicates(cases, stop.signal)).rejects.toThrow('Interrupted.');
    } finally {
      clearInterval(counter);
    }
    // It stopped before the end: the last case would have a finding.
    expect(cases.at(-1)!.findings).toEqual([]);
  });
});
