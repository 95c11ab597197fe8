/** Where the fields of NIfTI-1 and NIfTI-2 headers lie (nifti1.h, nifti2.h). */

export const NIFTI1_HEADER_BYTES = 348;
export const NIFTI2_HEADER_BYTES = 540;

/** The fields of a header that matter here, as numbers. bitpix is not one of them: it follows from datatype. */
export interface NiftiFields {
  dim: number[];
  datatype: number;
  pixdim: number[];
  voxOffset: number;
  slope: number;
  intercept: number;
  xyztUnits: number;
  qformCode: number;
  sformCode: number;
  /** quatern_b, c, d, qoffset_x, y, z. */
  qform: number[];
  /** srow_x, srow_y, srow_z. */
  sform: number[];
}

function series(count: number, read: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => read(index));
}

export function nifti1Fields(view: DataView, le: boolean): NiftiFields {
  const float = (at: number) => view.getFloat32(at, le);
  return {
    dim: series(8, (i) => view.getInt16(40 + 2 * i, le)),
    datatype: view.getInt16(70, le),
    pixdim: series(8, (i) => float(76 + 4 * i)),
    voxOffset: float(108),
    slope: float(112),
    intercept: float(116),
    xyztUnits: view.getUint8(123),
    qformCode: view.getInt16(252, le),
    sformCode: view.getInt16(254, le),
    qform: series(6, (i) => float(256 + 4 * i)),
    sform: series(12, (i) => float(280 + 4 * i)),
  };
}

export function nifti2Fields(view: DataView, le: boolean): NiftiFields {
  const double = (at: number) => view.getFloat64(at, le);
  return {
    datatype: view.getInt16(12, le),
    dim: series(8, (i) => Number(view.getBigInt64(16 + 8 * i, le))),
    pixdim: series(8, (i) => double(104 + 8 * i)),
    voxOffset: Number(view.getBigInt64(168, le)),
    slope: double(176),
    intercept: double(184),
    qformCode: view.getInt32(344, le),
    sformCode: view.getInt32(348, le),
    qform: series(6, (i) => double(352 + 8 * i)),
    sform: series(12, (i) => double(400 + 8 * i)),
    xyztUnits: view.getInt32(500, le) & 0xff,
  };
}
