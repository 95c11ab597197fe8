import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { headerText } from '#cli/dataset/check/header-text.ts';
import { encodeMetaImage } from '#runner/imaging/encode.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';

const NAME = 'Doe^Jane';

/** A NIfTI file with text in the given field. */
function withText(version: 1 | 2, at: number): Buffer {
  const file = niftiFile({ version });
  file.write(NAME, at, 'latin1');
  return file;
}

function metaImage(line: string): Buffer {
  const plain = Buffer.from(
    encodeMetaImage({
      shape: [2, 2, 2],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      data: new Uint8Array(8),
      compressionLevel: null,
    }),
  );
  const at = plain.indexOf('ElementDataFile');
  return Buffer.concat([plain.subarray(0, at), Buffer.from(`${line}\n`), plain.subarray(at)]);
}

/** Bytes of a gzip member with a name (RFC 1952, flag 8) and a comment (flag 16). */
function gzipNamed(file: Buffer): Buffer {
  const member = gzipSync(file);
  member[3] = 8 | 16;
  return Buffer.concat([
    member.subarray(0, 10),
    Buffer.from(`${NAME}.nii\0a comment\0`),
    member.subarray(10),
  ]);
}

const FILES: [string, Buffer, { field: string; bytes: number }[]][] = [
  ['data_type of NIfTI-1', withText(1, 4), [{ field: 'data_type', bytes: 8 }]],
  ['db_name of NIfTI-1', withText(1, 14), [{ field: 'db_name', bytes: 8 }]],
  ['descrip of NIfTI-1', withText(1, 148), [{ field: 'descrip', bytes: 8 }]],
  ['aux_file of NIfTI-1', withText(1, 228), [{ field: 'aux_file', bytes: 8 }]],
  ['intent_name of NIfTI-1', withText(1, 328), [{ field: 'intent_name', bytes: 8 }]],
  ['descrip of NIfTI-2', withText(2, 240), [{ field: 'descrip', bytes: 8 }]],
  ['aux_file of NIfTI-2', withText(2, 320), [{ field: 'aux_file', bytes: 8 }]],
  ['intent_name of NIfTI-2', withText(2, 508), [{ field: 'intent_name', bytes: 8 }]],
  [
    'an extension',
    niftiFile({ extension: Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.from(NAME)]) }),
    [{ field: 'extension', bytes: 8 }],
  ],
  [
    'name and comment of a gzip member',
    gzipNamed(niftiFile()),
    [
      { field: 'gzip file name', bytes: 12 },
      { field: 'gzip comment', bytes: 9 },
    ],
  ],
  ['a field in a gzip file', gzipSync(withText(1, 148)), [{ field: 'descrip', bytes: 8 }]],
  ['big-endian', niftiFile({ littleEndian: false, descrip: NAME }), [{ field: 'descrip', bytes: 8 }]],
  ['a free tag of a MetaImage', metaImage(`PatientName = ${NAME}`), [{ field: 'tag PatientName', bytes: 8 }]],
  ['the comment of a MetaImage', metaImage(`Comment = ${NAME}`), [{ field: 'tag Comment', bytes: 8 }]],
];

describe('text in headers', () => {
  test.each(FILES)('%s is found, and containers never see it', (_, file, expected) => {
    expect(headerText(file)).toEqual(expected);
    for (const format of ['nii.gz', 'mha'] as const) {
      const rewritten = Buffer.from(rewriteImage(file, format));
      expect(headerText(rewritten)).toEqual([]);
      const content = format === 'nii.gz' ? gunzipSync(rewritten) : rewritten;
      expect(content.includes(NAME)).toBe(false);
    }
  });

  test('a plain file has none', () => {
    expect([
      headerText(niftiFile()),
      headerText(niftiFile({ version: 2 })),
      headerText(metaImage('Modality = MET_MOD_MR')),
    ]).toEqual([[], [], []]);
  });
});
