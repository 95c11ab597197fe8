import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { MAX_TRAILING_BYTES } from '#runner/imaging/inflate.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { gzipMembers, NUMBER_TYPES, niftiFile, numbersAs } from '#test/support/imaging/nifti-files.ts';

function refusal(bytes: Uint8Array): SubmissionError {
  try {
    readVolume(bytes);
  } catch (error) {
    if (error instanceof SubmissionError) return error;
    throw error;
  }
  throw new Error('The file was read.');
}

describe('valid files are read', () => {
  const values = [0, 1, 2, 3, 100, 0, 7, 1];
  for (const type of NUMBER_TYPES) {
    for (const version of [1, 2] as const) {
      for (const littleEndian of [true, false]) {
        test(`${type.name}, NIfTI-${version}, ${littleEndian ? 'little' : 'big'}-endian, plain and gzip`, () => {
          const file = niftiFile({
            version,
            littleEndian,
            datatype: type.code,
            bitpix: type.bits,
            data: numbersAs(type, values, littleEndian),
          });
          for (const bytes of [file, gzipSync(file)]) {
            const volume = readVolume(bytes);
            expect(volume.shape).toEqual([2, 2, 2]);
            expect(volume.dtype).toBe(type.name);
            expect(Array.from(volume.data, Number)).toEqual(values);
            expect([volume.slope, volume.intercept]).toEqual([1, 0]);
          }
        });
      }
    }
  }

  test('several gzip members of any size, and zero padding after the last', () => {
    const file = niftiFile({ data: Uint8Array.from(values) });
    for (const size of [1, 100, 348, 355]) {
      const volume = readVolume(Buffer.concat([gzipMembers(file, size), Buffer.alloc(64)]));
      expect(Array.from(volume.data, Number)).toEqual(values);
    }
  });

  test('extensions before the voxels, at any offset', () => {
    for (const bytes of [4, 5, 100, 4096 + 3]) {
      const extension = new Uint8Array(bytes).fill(9);
      const file = niftiFile({ extension, data: Uint8Array.from(values) });
      expect(Array.from(readVolume(file).data, Number)).toEqual(values);
      expect(Array.from(readVolume(gzipSync(file)).data, Number)).toEqual(values);
    }
  });

  test('trailing dimensions of 1, and missing ones', () => {
    for (const dim of [
      [4, 2, 2, 2, 1, 1, 1, 1],
      [4, 2, 2, 2, 0, 0, 0, 0],
      [5, 2, 2, 2, 0, 1, 0, 0],
      [7, 2, 2, 2, 1, 1, 1, 1],
      [3, 2, 2, 2, 9, 9, 9, 9],
    ]) {
      expect(readVolume(niftiFile({ dim })).shape).toEqual([2, 2, 2]);
    }
    expect(readVolume(niftiFile({ dim: [2, 4, 2, 0, 0, 0, 0, 0] })).shape).toEqual([4, 2, 1]);
  });

  test('bitpix is ignored, because the type follows from datatype', () => {
    for (const bitpix of [0, 16, 32, -1]) {
      const volume = readVolume(niftiFile({ bitpix, data: Uint8Array.from(values) }));
      expect(volume.dtype).toBe('uint8');
      expect(Array.from(volume.data, Number)).toEqual(values);
    }
  });

  test('bytes behind the voxels are ignored, in a plain file and inside gzip', () => {
    const file = niftiFile({ data: Uint8Array.from(values) });
    for (const count of [1, 3, 512, MAX_TRAILING_BYTES]) {
      const longer = Buffer.concat([file, Buffer.alloc(count, 7)]);
      for (const bytes of [longer, gzipSync(longer), gzipMembers(longer, 1 + Math.ceil(count / 3))]) {
        const volume = readVolume(bytes);
        expect(volume.shape).toEqual([2, 2, 2]);
        expect(Array.from(volume.data, Number)).toEqual(values);
      }
    }
  });

  test('scale and intercept; slope 0 or not finite means unscaled', () => {
    const scaled = readVolume(niftiFile({ slope: 0.5, intercept: -3 }));
    expect([scaled.slope, scaled.intercept]).toEqual([0.5, -3]);
    for (const slope of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const volume = readVolume(niftiFile({ slope, intercept: 7 }));
      expect([volume.slope, volume.intercept]).toEqual([1, 0]);
    }
  });
});

describe('the affine', () => {
  const pixdim = [1, 2, 3, 4, 0, 0, 0, 0];

  test('is the sform if its code is set', () => {
    const sform = [-2, 0, 0, 90, 0, 3, 0, -126, 0, 0, 4, -72];
    const volume = readVolume(niftiFile({ sform, sformCode: 4, qformCode: 1, pixdim }));
    expect(volume.affine).toEqual([...sform, 0, 0, 0, 1]);
    expect(volume.spacing).toEqual([2, 3, 4]);
  });

  test('a form that does not count may hold anything', () => {
    const junk = new Array(6).fill(Number.NaN);
    expect(readVolume(niftiFile({ qform: junk, qformCode: 1 })).affine[0]).toBe(1);
    const noSform = { sform: new Array(12).fill(Number.POSITIVE_INFINITY), sformCode: 0 };
    expect(readVolume(niftiFile({ ...noSform, qformCode: 1 })).spacing).toEqual([1, 1, 1]);
  });

  test('is converted from m and µm to mm; an unknown unit is mm', () => {
    const sform = [-2, 0, 0, 90, 0, 3, 0, -126, 0, 0, 4, -72];
    for (const [xyztUnits, factor] of [
      [1, 1000],
      [3, 0.001],
      // 8 is the unit of time: seconds.
      [3 + 8, 0.001],
      [0, 1],
      [2 + 8, 1],
      [7, 1],
    ] as const) {
      for (const version of [1, 2] as const) {
        const { affine } = readVolume(niftiFile({ version, sform, xyztUnits }));
        expect(affine).toEqual([...sform.map((value) => value * factor), 0, 0, 0, 1]);
      }
    }
  });

  test('is otherwise the qform: a quarter turn about z with qfac −1', () => {
    const half = Math.SQRT1_2;
    const volume = readVolume(
      niftiFile({
        sformCode: 0,
        qformCode: 1,
        qform: [0, 0, half, 5, 6, 7],
        pixdim: [-1, 2, 3, 4, 0, 0, 0, 0],
      }),
    );
    // x runs along world y, y along world −x, z is flipped by qfac.
    const expected = [0, -3, 0, 5, 2, 0, 0, 6, 0, 0, -4, 7, 0, 0, 0, 1];
    volume.affine.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  test('is otherwise the spacing with the center of the grid as origin, as nibabel sees it', () => {
    const volume = readVolume(niftiFile({ sformCode: 0, qformCode: 0, pixdim }));
    expect(volume.affine).toEqual([-2, 0, 0, 1, 0, 3, 0, -1.5, 0, 0, 4, -2, 0, 0, 0, 1]);
  });
});

describe('invalid files are rejected with a message that contains the numbers', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /0 bytes/],
    ['text', Buffer.from('hello, this is no image'), /23 bytes.*neither NIfTI/],
    ['a truncated header', niftiFile().subarray(0, 200), /ends after 200 bytes.*348/],
    ['truncated voxels', niftiFile().subarray(0, 355), /355 bytes.*declares 360/],
    ['a truncated gzip file', gzipSync(niftiFile()).subarray(0, -1), /truncated/],
    ['a gzip file without trailer', gzipSync(niftiFile()).subarray(0, -8), /truncated/],
    [
      'too much gzip data',
      gzipSync(Buffer.concat([niftiFile(), Buffer.alloc(MAX_TRAILING_BYTES + 1)])),
      /declares 360 bytes, but the compressed data contains more than 1048576 bytes behind them/,
    ],
    ['too little gzip data', gzipSync(niftiFile().subarray(0, 358)), /358 bytes.*declares 360/],
    ['garbage after the gzip data', Buffer.concat([gzipSync(niftiFile()), Buffer.from('abc')]), /corrupt/],
    ['a true 4-D image', niftiFile({ dim: [4, 2, 2, 1, 2, 1, 1, 1] }), /4 dimensions \(2 × 2 × 1 × 2\)/],
    ['RGB', niftiFile({ datatype: 128, bitpix: 24 }), /RGB \(code 128\)/],
    ['complex', niftiFile({ datatype: 32, bitpix: 64 }), /complex64/],
    ['an unknown type', niftiFile({ datatype: 77 }), /code 77/],
    ['no voxels on an axis', niftiFile({ dim: [3, 2, 0, 2, 1, 1, 1, 1] }), /dim\[2\] of 2 × 0 × 2 is 0/],
    ['negative sizes', niftiFile({ dim: [3, -2, -2, 2, 1, 1, 1, 1] }), /dim\[1\] of -2 × -2 × 2 is -2/],
    ['a negative size beyond', niftiFile({ dim: [4, 2, 2, 2, -1, 1, 1, 1] }), /dim\[4\].* is -1/],
    ['dim[0] out of range', niftiFile({ dim: [9, 2, 2, 2, 1, 1, 1, 1] }), /dim\[0\] = 9/],
    ['voxels inside the header', niftiFile({ voxOffset: 100 }), /vox_offset 100/],
    ['an offset that is not a number', niftiFile({ voxOffset: Number.NaN }), /vox_offset NaN/],
    ['two files', niftiFile({ magic: 'ni1\0' }), /second file/],
    ['Analyze', niftiFile({ magic: '\0\0\0\0' }), /no NIfTI magic/],
    ['an affine with NaN', niftiFile({ sform: [Number.NaN, ...new Array(11).fill(0)] }), /affine.*sform/],
    ['a slope without intercept', niftiFile({ slope: 2, intercept: Number.NaN }), /scl_slope 2.*NaN/],
  ];
  for (const [name, bytes, message] of cases) {
    test(name, () => {
      const error = refusal(bytes);
      expect(error.code).toBe('UNREADABLE');
      expect(error.message).toMatch(message);
    });
  }

  test('any flipped bit in the checksum or length of a gzip member is detected', () => {
    for (const trailing of [0, 1, 5000]) {
      const file = gzipSync(Buffer.concat([niftiFile(), Buffer.alloc(trailing)]));
      for (let byte = file.length - 8; byte < file.length; byte++) {
        const corrupt = Buffer.from(file);
        corrupt[byte]! ^= 0x10;
        expect(refusal(corrupt).code).toBe('UNREADABLE');
        expect(refusal(file.subarray(0, byte)).code).toBe('UNREADABLE');
      }
    }
  });
});

describe('header fields are not trusted', () => {
  const huge = { dim: [3, 32_767, 32_767, 32_767, 1, 1, 1, 1], datatype: 64, bitpix: 64 };

  test('a declared size of 32767³ float64 allocates nothing, uncompressed or gzip', () => {
    const before = process.memoryUsage();
    for (const file of [niftiFile(huge), gzipSync(niftiFile(huge))]) {
      expect(refusal(file).message).toMatch(/32767 × 32767 × 32767 voxels of float64/);
    }
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4 * 1024 * 1024);
  });

  test('a declared size that the bytes can’t contain is rejected before decompression', () => {
    const file = gzipSync(niftiFile({ dim: [3, 400, 400, 400, 1, 1, 1, 1] }));
    expect(refusal(file).message).toMatch(/\d+ compressed bytes can’t contain that many/);
  });

  test('decompression of a bomb stops soon after the declared size', () => {
    const bomb = gzipSync(Buffer.concat([niftiFile(), Buffer.alloc(64 * 1024 * 1024)]));
    const before = process.memoryUsage().arrayBuffers;
    expect(refusal(bomb).message).toMatch(/more than 1048576 bytes behind them/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  test('decompression of a bomb after a thousand empty members also stops', () => {
    const empty = gzipSync(new Uint8Array(0));
    const bomb = Buffer.concat([...new Array(1000).fill(empty), gzipSync(Buffer.alloc(64 * 1024 * 1024))]);
    expect(refusal(bomb).code).toBe('UNREADABLE');
  });
});
