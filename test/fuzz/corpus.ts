import { deflateSync, gzipSync } from 'node:zlib';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData, Triple } from '#runner/imaging/volume.ts';
import { gzipMembers, NUMBER_TYPES, niftiFile, numbersAs } from '#test/support/imaging/nifti-files.ts';

/** Small, valid files of every supported format, all with the same mask on the same grid. */

export const SHAPE: Triple = [7, 5, 4];
export const AFFINE = [1, 0, 0, -3, 0, 1, 0, -2, 0, 0, 2, 5, 0, 0, 0, 1];

const VOXELS = Array.from({ length: 140 }, (_, i) => Number(i % 11 < 3 && i > 30 && i < 110));

/** An uncompressed file and its compression, so that mutations can be made before or after compressing. */
export interface Specimen {
  name: string;
  plain: Uint8Array;
  pack: (plain: Uint8Array) => Uint8Array;
}

const asIs = (plain: Uint8Array) => plain;

function niftiSpecimens(): Specimen[] {
  return NUMBER_TYPES.flatMap((type, i) =>
    [true, false].map((littleEndian): Specimen => {
      const version = (i + Number(littleEndian)) % 2 === 0 ? 1 : 2;
      const plain = niftiFile({
        version,
        littleEndian,
        dim: [3, ...SHAPE, 1, 1, 1, 1],
        datatype: type.code,
        bitpix: type.bits,
        sform: AFFINE.slice(0, 12),
        slope: i % 3 === 0 ? 1 : 0,
        extension: new Uint8Array(i % 2 === 0 ? 4 : 20),
        data: numbersAs(type, VOXELS, littleEndian),
      });
      const packs: Specimen['pack'][] = [asIs, (file) => gzipSync(file), (file) => gzipMembers(file, 300)];
      return {
        name: `NIfTI-${version} ${type.name}`,
        plain,
        pack: packs[(2 * i + Number(littleEndian)) % 3]!,
      };
    }),
  );
}

function metaImageSpecimens(): Specimen[] {
  const types: RawData[] = [Uint8Array.from(VOXELS), Int16Array.from(VOXELS), Float32Array.from(VOXELS)];
  return types.flatMap((data) =>
    [null, 6].map((compressionLevel): Specimen => {
      const plain = Buffer.from(encodeMetaImage({ shape: SHAPE, affine: AFFINE, data, compressionLevel }));
      return { name: `MetaImage ${data.constructor.name}`, plain, pack: asIs };
    }),
  );
}

/** A MetaImage whose voxels are compressed after its header was changed. */
function zlibSpecimen(): Specimen {
  const raw = encodeMetaImage({
    shape: SHAPE,
    affine: AFFINE,
    data: Uint8Array.from(VOXELS),
    compressionLevel: null,
  });
  const plain = Buffer.from(
    Buffer.from(raw).toString('latin1').replace('CompressedData = False', 'CompressedData = True'),
    'latin1',
  );
  const pack = (file: Uint8Array) => {
    const headerEnd = Math.max(0, file.length - VOXELS.length);
    return Buffer.concat([file.subarray(0, headerEnd), deflateSync(file.subarray(headerEnd))]);
  };
  return { name: 'MetaImage zlib', plain, pack };
}

export const SPECIMENS: readonly Specimen[] = [...niftiSpecimens(), ...metaImageSpecimens(), zlibSpecimen()];

/** A valid file on the same grid, to score mutants against. */
export const VALID = encodeNifti({ shape: SHAPE, affine: AFFINE, data: Uint8Array.from(VOXELS) });
