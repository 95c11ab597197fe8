import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { encodeMetaImage } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { NUMBER_TYPES, numbersAs } from '#test/support/imaging/nifti-files.ts';

const VALUES = [0, 1, 2, 3, 100, 0, 7, 1];

function mha(tags: Record<string, string>, data: Uint8Array = Uint8Array.from(VALUES)): Buffer {
  const all = { ObjectType: 'Image', NDims: '3', DimSize: '2 2 2', ElementType: 'MET_UCHAR', ...tags };
  const lines = Object.entries({ ...all, ElementDataFile: tags['ElementDataFile'] ?? 'LOCAL' });
  return Buffer.concat([Buffer.from(lines.map(([key, value]) => `${key} = ${value}\n`).join('')), data]);
}

const MET: Record<string, string> = {
  uint8: 'MET_UCHAR',
  int8: 'MET_CHAR',
  int16: 'MET_SHORT',
  uint16: 'MET_USHORT',
  int32: 'MET_INT',
  uint32: 'MET_UINT',
  int64: 'MET_LONG_LONG',
  uint64: 'MET_ULONG_LONG',
  float32: 'MET_FLOAT',
  float64: 'MET_DOUBLE',
};

describe('valid files are read', () => {
  for (const type of NUMBER_TYPES) {
    for (const littleEndian of [true, false]) {
      test(`${type.name}, ${littleEndian ? 'little' : 'big'}-endian, raw and zlib`, () => {
        const raw = numbersAs(type, VALUES, littleEndian);
        const tags = {
          ElementType: MET[type.name]!,
          BinaryDataByteOrderMSB: littleEndian ? 'False' : 'True',
        };
        const files = [
          mha(tags, raw),
          mha({ ...tags, CompressedData: 'True' }, deflateSync(raw)),
          // Each header is one byte longer, so that voxels start at every alignment.
          ...[1, 2, 3, 4, 5, 6, 7].map((n) => mha({ ...tags, Comment: 'x'.repeat(n) }, raw)),
        ];
        for (const file of files) {
          const volume = readVolume(file);
          expect(volume.dtype).toBe(type.name);
          expect(Array.from(volume.data, Number)).toEqual(VALUES);
        }
      });
    }
  }

  test('LPS is converted to RAS: x and y change sign, and directions are stored axis by axis', () => {
    // The first axis runs along world +y (LPS), the second along −x.
    const volume = readVolume(
      mha({ TransformMatrix: '0 1 0 -1 0 0 0 0 1', Offset: '10 20 30', ElementSpacing: '2 3 4' }),
    );
    expect(volume.affine).toEqual([0, 3, 0, -10, -2, 0, 0, -20, 0, 0, 4, 30, 0, 0, 0, 1]);
    expect(volume.spacing).toEqual([2, 3, 4]);
  });

  test('a grid written by the encoder is read back', () => {
    const affine = [0.9, 0.1, 0, -98, -0.1, 1.1, 0.2, -134, 0.05, 0, 1.5, -72, 0, 0, 0, 1];
    const volume = readVolume(encodeMetaImage({ shape: [2, 2, 2], affine, data: Uint8Array.from(VALUES) }));
    volume.affine.forEach((value, i) => {
      expect(value).toBeCloseTo(affine[i]!, 12);
    });
  });

  test('what ITK reads too: Local in any case, colons, names of lists, a position of the voxels', () => {
    const colons = Buffer.from(
      mha({ Comment: 'a = b: c' })
        .toString('latin1')
        .replace(/ = (?!b)/g, ': '),
      'latin1',
    );
    const files = [
      ...['Local', 'local', 'LOCAL '].map((ElementDataFile) => mha({ ElementDataFile })),
      colons,
      mha({ ElementType: 'MET_UCHAR_ARRAY' }),
      mha({ ElementType: 'MET_UCHAR_MATRIX' }),
      mha({ HeaderSize: '-1' }),
      // Something between the header and the voxels.
      mha({ HeaderSize: '-1' }, Uint8Array.from([9, 9, 9, ...VALUES])),
      mha({ HeaderSize: '200', Comment: 'x' }, Buffer.alloc(300)).fill(Uint8Array.from(VALUES), 200, 208),
    ];
    for (const file of files) expect(Array.from(readVolume(file).data, Number)).toEqual(VALUES);
  });

  test('bytes behind the voxels are ignored, raw and compressed', () => {
    const zlib = deflateSync(Uint8Array.from(VALUES));
    const longer = deflateSync(Uint8Array.from([...VALUES, 1, 2, 3]));
    const compressed = { CompressedData: 'True', CompressedDataSize: String(zlib.length) };
    for (const file of [
      Buffer.concat([mha({}), Buffer.from('\n')]),
      Buffer.concat([mha({}), Buffer.alloc(5000, 1)]),
      mha(compressed, Buffer.concat([zlib, Buffer.from('\n')])),
      mha(compressed, longer),
    ]) {
      expect(Array.from(readVolume(file).data, Number)).toEqual(VALUES);
    }
  });

  test('a trailing dimension of 1', () => {
    const tags = { NDims: '4', DimSize: '2 2 2 1', ElementSpacing: '2 3 4 1', Offset: '1 2 3 0' };
    const volume = readVolume(mha(tags));
    expect(volume.shape).toEqual([2, 2, 2]);
    expect(volume.spacing).toEqual([2, 3, 4]);
  });
});

describe('invalid files are rejected with a message that contains the numbers', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['truncated voxels', mha({}).subarray(0, -1), /7 bytes.*declares 8/],
    [
      'a truncated zlib stream',
      mha({ CompressedData: 'True' }, deflateSync(Uint8Array.from(VALUES)).subarray(0, -2)),
      /truncated/,
    ],
    [
      'a zlib bomb',
      mha({ CompressedData: 'True' }, deflateSync(new Uint8Array(1e7))),
      /declares 8 bytes, but the compressed data contains more than 1048576 bytes behind them/,
    ],
    ['voxels in another file', mha({ ElementDataFile: '/etc/passwd' }), /“\/etc\/passwd”, not LOCAL/],
    ['a list of files', mha({ ElementDataFile: 'LIST' }), /“LIST”, not LOCAL/],
    ['text voxels', mha({ BinaryData: 'False' }), /text/],
    ['several channels', mha({ ElementNumberOfChannels: '3' }), /3 channels/],
    ['a true 4-D image', mha({ NDims: '4', DimSize: '2 2 1 2' }), /2 × 2 × 1 × 2/],
    ['an unknown type', mha({ ElementType: 'constructor' }), /constructor/],
    ['no size', mha({ DimSize: '' }), /DimSize/],
    [
      'a size that is not a number',
      mha({ DimSize: '2 2 x' }),
      /DimSize in the header does not consist of 3 numbers/,
    ],
    [
      'sizes far above the limit',
      mha({ DimSize: '32767 32767 32767', ElementType: 'MET_DOUBLE' }),
      /32767 × 32767 × 32767/,
    ],
    ['sizes that overflow', mha({ DimSize: '1e308 1e308 1e308' }), /DimSize/],
    ['a header without an end', Buffer.from('ObjectType = Image\nNDims = 3\n'), /ElementDataFile/],
    [
      'a malformed line',
      Buffer.from('ObjectType = Image\nwhatever\n'),
      /neither “Key = value” nor “Key: value”/,
    ],
    [
      'a header size inside the header',
      mha({ HeaderSize: '5' }),
      /HeaderSize 5; it must be 0, at least the \d+ bytes/,
    ],
    ['a header size that is not a number', mha({ HeaderSize: 'x' }), /HeaderSize x/],
    ['another negative header size', mha({ HeaderSize: '-2' }), /HeaderSize -2/],
    [
      'compressed voxels at the end of the file',
      mha({ HeaderSize: '-1', CompressedData: 'True' }, deflateSync(Uint8Array.from(VALUES))),
      /HeaderSize -1; .* -1 for uncompressed voxels/,
    ],
    [
      'fewer voxels than declared at the end',
      mha({ HeaderSize: '-1' }, new Uint8Array(7)),
      /7 bytes.*declares 8/,
    ],
    ['a list of an unknown type', mha({ ElementType: 'MET_STRING_ARRAY' }), /MET_STRING_ARRAY/],
    ['too many dimensions', mha({ NDims: '99' }), /NDims = 99/],
    ['a grid with NaN', mha({ Offset: '1 2 NaN' }), /Offset/],
    ['a grid with infinity', mha({ Offset: '1 2 Infinity' }), /NaN or infinity/],
  ];
  for (const [name, bytes, message] of cases) {
    test(name, () => {
      expect(() => readVolume(bytes)).toThrow(SubmissionError);
      expect(() => readVolume(bytes)).toThrow(message);
    });
  }
});
