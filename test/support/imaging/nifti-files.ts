import { gzipSync } from 'node:zlib';

/** NIfTI files built byte by byte, independent of the encoder, for content that the encoder never writes. */

export interface NiftiOptions {
  version?: 1 | 2;
  littleEndian?: boolean;
  dim?: number[];
  datatype?: number;
  bitpix?: number;
  pixdim?: number[];
  voxOffset?: number;
  slope?: number;
  intercept?: number;
  /** Codes of the units of space and time. */
  xyztUnits?: number;
  qformCode?: number;
  sformCode?: number;
  /** quatern_b, c, d, qoffset_x, y, z. */
  qform?: number[];
  sform?: number[];
  magic?: string;
  descrip?: string;
  /** Bytes between header and voxels. */
  extension?: Uint8Array;
  /** Voxels in the byte order of the file. */
  data?: Uint8Array;
}

const UNIT = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

export function niftiFile(options: NiftiOptions = {}): Buffer {
  const { version = 1, extension = new Uint8Array(4), data = new Uint8Array(8) } = options;
  const headerBytes = version === 1 ? 348 : 540;
  const header = new DataView(new ArrayBuffer(headerBytes));
  const full = {
    littleEndian: true,
    dim: [3, 2, 2, 2, 1, 1, 1, 1],
    datatype: 2,
    bitpix: 8,
    pixdim: [1, 1, 1, 1, 0, 0, 0, 0],
    voxOffset: headerBytes + extension.length,
    slope: 0,
    intercept: 0,
    xyztUnits: 2,
    qformCode: 0,
    sformCode: 1,
    qform: [0, 0, 0, 0, 0, 0],
    sform: UNIT,
    magic: version === 1 ? 'n+1\0' : 'n+2\0\r\n\x1a\n',
    descrip: '',
    ...options,
  };
  if (version === 1) writeNifti1(header, full);
  else writeNifti2(header, full);
  return Buffer.concat([Buffer.from(header.buffer), extension, data]);
}

type Full = Required<Omit<NiftiOptions, 'version' | 'extension' | 'data'>>;

function writeText(view: DataView, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
}

function writeNifti1(view: DataView, o: Full): void {
  const le = o.littleEndian;
  view.setInt32(0, 348, le);
  o.dim.forEach((n, i) => {
    view.setInt16(40 + 2 * i, n, le);
  });
  view.setInt16(70, o.datatype, le);
  view.setInt16(72, o.bitpix, le);
  o.pixdim.forEach((n, i) => {
    view.setFloat32(76 + 4 * i, n, le);
  });
  view.setFloat32(108, o.voxOffset, le);
  view.setFloat32(112, o.slope, le);
  view.setFloat32(116, o.intercept, le);
  view.setUint8(123, o.xyztUnits);
  writeText(view, 148, o.descrip);
  view.setInt16(252, o.qformCode, le);
  view.setInt16(254, o.sformCode, le);
  [...o.qform, ...o.sform].forEach((n, i) => {
    view.setFloat32(256 + 4 * i, n, le);
  });
  writeText(view, 344, o.magic);
}

function writeNifti2(view: DataView, o: Full): void {
  const le = o.littleEndian;
  view.setInt32(0, 540, le);
  writeText(view, 4, o.magic);
  view.setInt16(12, o.datatype, le);
  view.setInt16(14, o.bitpix, le);
  o.dim.forEach((n, i) => {
    view.setBigInt64(16 + 8 * i, BigInt(n), le);
  });
  o.pixdim.forEach((n, i) => {
    view.setFloat64(104 + 8 * i, n, le);
  });
  view.setBigInt64(168, BigInt(o.voxOffset), le);
  view.setFloat64(176, o.slope, le);
  view.setFloat64(184, o.intercept, le);
  writeText(view, 240, o.descrip);
  view.setInt32(344, o.qformCode, le);
  view.setInt32(348, o.sformCode, le);
  [...o.qform, ...o.sform].forEach((n, i) => {
    view.setFloat64(352 + 8 * i, n, le);
  });
  view.setInt32(500, o.xyztUnits, le);
}

/** Number types by NIfTI code: bits, and how to write one number. */
export const NUMBER_TYPES: readonly {
  name: string;
  code: number;
  bits: number;
  write: (view: DataView, value: number, littleEndian: boolean) => void;
}[] = [
  { name: 'uint8', code: 2, bits: 8, write: (view, value) => view.setUint8(0, value) },
  { name: 'int8', code: 256, bits: 8, write: (view, value) => view.setInt8(0, value) },
  { name: 'int16', code: 4, bits: 16, write: (view, value, le) => view.setInt16(0, value, le) },
  { name: 'uint16', code: 512, bits: 16, write: (view, value, le) => view.setUint16(0, value, le) },
  { name: 'int32', code: 8, bits: 32, write: (view, value, le) => view.setInt32(0, value, le) },
  { name: 'uint32', code: 768, bits: 32, write: (view, value, le) => view.setUint32(0, value, le) },
  { name: 'int64', code: 1024, bits: 64, write: (view, value, le) => view.setBigInt64(0, BigInt(value), le) },
  {
    name: 'uint64',
    code: 1280,
    bits: 64,
    write: (view, value, le) => view.setBigUint64(0, BigInt(value), le),
  },
  { name: 'float32', code: 16, bits: 32, write: (view, value, le) => view.setFloat32(0, value, le) },
  { name: 'float64', code: 64, bits: 64, write: (view, value, le) => view.setFloat64(0, value, le) },
];

export function numbersAs(
  type: (typeof NUMBER_TYPES)[number],
  values: readonly number[],
  littleEndian: boolean,
): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const view = new DataView(new ArrayBuffer(type.bits / 8));
      type.write(view, value, littleEndian);
      return Buffer.from(view.buffer);
    }),
  );
}

/** Compresses the file into gzip members of the given size each. */
export function gzipMembers(file: Uint8Array, bytesPerMember: number): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < file.length; at += bytesPerMember) {
    members.push(gzipSync(file.subarray(at, at + bytesPerMember)));
  }
  return Buffer.concat(members);
}
