import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readVolume } from '#runner/imaging/read.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { NUMBER_TYPES, niftiFile, numbersAs } from '#test/support/imaging/nifti-files.ts';

const SECRET = 'Doe^Jane SITE-07';
const VALUES = [0, 1, 2, 3, 100, 0, 7, 1];

/** The secret is in every text field of the header and in an extension. */
function namedNifti(version: 1 | 2): Buffer {
  const extension = Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.from(SECRET.padEnd(64, '!'))]);
  const type = NUMBER_TYPES.find(({ name }) => name === 'int16')!;
  const file = niftiFile({
    version,
    extension,
    datatype: type.code,
    bitpix: type.bits,
    data: numbersAs(type, VALUES, true),
    slope: 0.5,
    intercept: -2,
    qformCode: 2,
    sformCode: 4,
    qform: [0.5, 0.5, 0.5, 1, 2, 3],
    // The quaternion turns x to y, y to z and z to x, which qfac reverses.
    sform: [0, 0, -1.3, 1, 1.1, 0, 0, 2, 0, 1.2, 0, 3],
    pixdim: [-1, 1.1, 1.2, 1.3, 2.5, 0, 0, 0],
    descrip: SECRET,
  });
  const texts = version === 1 ? [4, 14, 228, 328] : [320, 508];
  for (const at of texts) file.write(SECRET.slice(0, version === 1 && at === 4 ? 10 : 16), at, 'latin1');
  return file;
}

/** A gzip member with a file name, a comment and a time. */
function namedGzip(file: Uint8Array): Buffer {
  const plain = gzipSync(file);
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = 0x08 | 0x10;
  header.writeUInt32LE(1_600_000_000, 4);
  return Buffer.concat([header, Buffer.from(`${SECRET}.nii\0${SECRET}\0`), plain.subarray(10)]);
}

const containsSecret = (bytes: Uint8Array) => /Doe|Jane|SITE/.test(Buffer.from(bytes).toString('latin1'));

describe('header fields that could identify someone are dropped', () => {
  for (const version of [1, 2] as const) {
    test(`NIfTI-${version} to NIfTI`, () => {
      const named = namedNifti(version);
      for (const file of [named, namedGzip(named)]) {
        const rewritten = rewriteImage(file, 'nii.gz');
        // No flags (so no name and no comment), and no time.
        expect([...rewritten.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        const inner = gunzipSync(rewritten);
        expect(containsSecret(inner)).toBe(false);
        // Only the header, four bytes that mean "no extension", and the voxels.
        expect(inner.length).toBe((version === 1 ? 348 : 540) + 4 + 2 * VALUES.length);
      }
    });

    test(`NIfTI-${version} to MetaImage`, () => {
      expect(containsSecret(rewriteImage(namedNifti(version), 'mha'))).toBe(false);
    });
  }

  test('free tags of a MetaImage', () => {
    const file = Buffer.concat([
      Buffer.from(
        `ObjectType = Image\nComment = ${SECRET}\nPatientName = ${SECRET}\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n`,
      ),
      Buffer.from(VALUES),
    ]);
    for (const format of ['mha', 'nii.gz'] as const) {
      const rewritten = rewriteImage(file, format);
      expect(containsSecret(format === 'mha' ? rewritten : gunzipSync(rewritten))).toBe(false);
      expect(Array.from(readVolume(rewritten).data, Number)).toEqual(VALUES);
    }
  });
});

describe('the scan itself is unchanged', () => {
  for (const version of [1, 2] as const) {
    test(`NIfTI-${version}: voxels, type, scaling, and the numbers of a qform and sform that agree`, () => {
      const before = namedNifti(version);
      const after = gunzipSync(rewriteImage(before, 'nii.gz'));
      const [a, b] = [readVolume(before), readVolume(after)];
      expect(b.data).toEqual(a.data);
      expect([b.dtype, b.slope, b.intercept, b.shape, b.affine]).toEqual([
        a.dtype,
        a.slope,
        a.intercept,
        a.shape,
        a.affine,
      ]);
      // Codes and numbers of qform and sform are at the same offsets.
      const [from, to] = version === 1 ? [252, 328] : [344, 500];
      expect(after.subarray(from, to).equals(before.subarray(from, to))).toBe(true);
    });
  }

  test('a scaled NIfTI becomes a MetaImage with the scaled values on the same grid', () => {
    const before = readVolume(namedNifti(1));
    const after = readVolume(rewriteImage(namedNifti(1), 'mha'));
    expect(Array.from(after.data, Number)).toEqual(VALUES.map((value) => 0.5 * value - 2));
    after.affine.forEach((value, i) => {
      expect(value).toBeCloseTo(before.affine[i]!, 9);
    });
  });

  test('big-endian input is rewritten as little-endian with the same numbers', () => {
    for (const type of NUMBER_TYPES) {
      const data = numbersAs(type, VALUES, false);
      const file = niftiFile({ littleEndian: false, datatype: type.code, bitpix: type.bits, data });
      expect(Array.from(readVolume(rewriteImage(file, 'nii.gz')).data, Number)).toEqual(VALUES);
    }
  });
});
