import fc from 'fast-check';
import { encodeMetaImage } from '#runner/imaging/encode.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import { type NiftiOptions, niftiFile } from './nifti-files.ts';

/**
 * Scans whose headers readers see differently, and the masks that programs on common readers write for them.
 * Written from the readers' documentation and sources, independently of runner/imaging/readings.ts: matrices are
 * columns here, rotations are computed by products of quaternions, and right angles by a power series.
 */

/** Three columns and an origin, in RAS. */
export interface Position {
  columns: [Vector, Vector, Vector];
  origin: Vector;
}
type Vector = [number, number, number];

export interface ScanHeader {
  shape: Triple;
  pixdim: Vector;
  qfac: 1 | -1;
  qformCode: number;
  sformCode: number;
  /** a, b, c, d; a ≥ 0. */
  quaternion: [number, number, number, number];
  qOrigin: Vector;
  sform: Position;
  xyztUnits: number;
}

const scaled = (v: Vector, by: number): Vector => [v[0] * by, v[1] * by, v[2] * by];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (v: Vector) => Math.sqrt(dot(v, v));
const unit = (v: Vector) => scaled(v, 1 / length(v));
const mapColumns = (columns: Position['columns'], change: (v: Vector, axis: number) => Vector) =>
  columns.map(change) as Position['columns'];

/** q · v · q*, by the product of quaternions. */
function rotate([a, b, c, d]: readonly number[], v: Vector): Vector {
  const product = (p: readonly number[], q: readonly number[]) => [
    p[0]! * q[0]! - p[1]! * q[1]! - p[2]! * q[2]! - p[3]! * q[3]!,
    p[0]! * q[1]! + p[1]! * q[0]! + p[2]! * q[3]! - p[3]! * q[2]!,
    p[0]! * q[2]! - p[1]! * q[3]! + p[2]! * q[0]! + p[3]! * q[1]!,
    p[0]! * q[3]! + p[1]! * q[2]! - p[2]! * q[1]! + p[3]! * q[0]!,
  ];
  const turned = product(product([a!, b!, c!, d!], [0, ...v]), [a!, -b!, -c!, -d!]);
  return [turned[1]!, turned[2]!, turned[3]!];
}

function rotated(quaternion: readonly number[], spacing: Vector, qfac: number): Position['columns'] {
  const axes: Position['columns'] = [
    [spacing[0], 0, 0],
    [0, spacing[1], 0],
    [0, 0, spacing[2] * qfac],
  ];
  return mapColumns(axes, (axis) => rotate(quaternion, axis));
}

function qformOf({ quaternion, pixdim, qfac, qOrigin }: ScanHeader): Position {
  return { columns: rotated(quaternion, pixdim, qfac), origin: qOrigin };
}

const along = (x: number, y: number, z: number, origin: Vector): Position => ({
  columns: [
    [x, 0, 0],
    [0, y, 0],
    [0, 0, z],
  ],
  origin,
});

/** M (MᵀM)^−½ by its series in E = MᵀM − 1, for columns that are nearly at right angles. */
function atRightAngles(columns: Position['columns']): Position['columns'] {
  const directions = mapColumns(columns, unit);
  const e = directions.map((a, i) => directions.map((b, j) => dot(a, b) - Number(i === j)));
  const times = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
  const e2 = times(e, e);
  const e3 = times(e2, e);
  const root = e.map((row, i) =>
    row.map((value, j) => Number(i === j) - value / 2 + (3 / 8) * e2[i]![j]! - (5 / 16) * e3[i]![j]!),
  );
  return mapColumns(columns, (_, axis) =>
    directions.reduce<Vector>((sum, v, k) => plus(sum, scaled(v, root[k]![axis]!)), [0, 0, 0]),
  );
}

const MM: Readonly<Record<number, number>> = { 1: 1000, 3: 1e-3 };
const inMm = ({ columns, origin }: Position, xyztUnits: number): Position => {
  const factor = MM[xyztUnits] ?? 1;
  return { columns: mapColumns(columns, (v) => scaled(v, factor)), origin: scaled(origin, factor) };
};

/** Where a program sees the scan, in the numbers that it writes. */
export const SEES: Readonly<Record<string, (header: ScanHeader) => Position>> = {
  nibabel(header) {
    if (header.sformCode > 0) return header.sform;
    if (header.qformCode > 0) return qformOf(header);
    const [x, y, z] = header.pixdim;
    const [nx, ny, nz] = header.shape;
    return along(-x, y, z, [((nx - 1) * x) / 2, (-(ny - 1) * y) / 2, (-(nz - 1) * z) / 2]);
  },
  cLibrary(header) {
    if (header.qformCode > 0) return qformOf(header);
    if (header.sformCode > 0) return header.sform;
    return along(...header.pixdim, [0, 0, 0]);
  },
  itkSform: (header) => itk(header, ['sform', 'qform']),
  itkQform: (header) => itk(header, ['qform', 'sform']),
};

function itk(header: ScanHeader, order: ('sform' | 'qform')[]): Position {
  const codes = { sform: header.sformCode, qform: header.qformCode };
  const form = order.find((name) => codes[name] > 0);
  const [x, y, z] = header.pixdim;
  if (form === undefined) return inMm(along(-x, -y, z, [0, 0, 0]), header.xyztUnits);
  const { columns, origin } = form === 'sform' ? header.sform : qformOf(header);
  const directions = atRightAngles(columns);
  const position = { columns: mapColumns(directions, (v, axis) => scaled(v, header.pixdim[axis]!)), origin };
  return inMm(position, header.xyztUnits);
}

const rows = ({ columns, origin }: Position) =>
  [0, 1, 2].flatMap((row) => [columns[0][row]!, columns[1][row]!, columns[2][row]!, origin[row]!]);

export const shifted = (position: Position, by: Vector): Position => ({
  ...position,
  origin: plus(position.origin, by),
});

/** Voxels of the header's shape, all 0. */
const noVoxels = ([x, y, z]: Triple) => new Uint8Array(x * y * z);
const common = ({ shape }: ScanHeader): NiftiOptions => ({
  dim: [3, ...shape, 1, 1, 1, 1],
  data: noVoxels(shape),
});

export function scanFile(header: ScanHeader): Uint8Array {
  return niftiFile({
    ...common(header),
    pixdim: [header.qfac, ...header.pixdim, 0, 0, 0, 0],
    qformCode: header.qformCode,
    sformCode: header.sformCode,
    qform: [...header.quaternion.slice(1), ...header.qOrigin],
    sform: rows(header.sform),
    xyztUnits: header.xyztUnits,
  });
}

const lengths = ({ columns }: Position) => columns.map(length);

/** What a program writes for a position: `write(scan, position)`. */
export const WRITES: Readonly<Record<string, (header: ScanHeader, position: Position) => Uint8Array>> = {
  /** nibabel: sform "aligned", qform unknown, no unit. */
  nibabel: (header, position) =>
    niftiFile({
      ...common(header),
      pixdim: [1, ...lengths(position), 1, 1, 1, 1],
      qformCode: 0,
      sformCode: 2,
      sform: rows(position),
      xyztUnits: 0,
    }),
  /** In mm. ITK sets the qform too, but to the same position. */
  itk: (header, position) =>
    niftiFile({
      ...common(header),
      pixdim: [1, ...lengths(position), 0, 0, 0, 0],
      qformCode: 0,
      sformCode: 1,
      sform: rows(position),
      xyztUnits: 2,
    }),
  metaImage: (header, position) =>
    encodeMetaImage({
      shape: header.shape,
      affine: [...rows(position), 0, 0, 0, 1],
      data: noVoxels(header.shape),
    }),
};

/** Programs by what they read with and what they write with. Readers without units leave the numbers. */
export const PROGRAMS: readonly (readonly [reader: string, writer: string])[] = [
  ['nibabel', 'nibabel'],
  ['cLibrary', 'nibabel'],
  ['itkSform', 'itk'],
  ['itkQform', 'itk'],
  ['itkSform', 'metaImage'],
  ['itkQform', 'metaImage'],
  // Read with SimpleITK, written with nibabel.
  ['itkQform', 'nibabel'],
];

const coordinate = fc.double({ min: -90, max: 90, noNaN: true });
const size = fc.constantFrom(0.5, 0.9765625, 1, 1.2, 3);
const anyQuaternion = fc
  .tuple(...[0, 1, 2, 3].map(() => fc.double({ min: -1, max: 1, noNaN: true })))
  .filter((q) => Math.hypot(...q) > 0.3 && Math.abs(q[0]!) / Math.hypot(...q) > 0.05)
  .map((q) => q.map((value) => (value * Math.sign(q[0]!)) / Math.hypot(...q)) as ScanHeader['quaternion']);

/** Headers with every combination of codes and units; the forms agree, or are apart, or the sform is sheared. */
export const anyScanHeader: fc.Arbitrary<ScanHeader> = fc
  .record({
    pixdim: fc.tuple(size, size, size),
    qfac: fc.constantFrom<1 | -1>(1, -1),
    qformCode: fc.constantFrom(0, 1, 2),
    sformCode: fc.constantFrom(0, 1, 2, 4),
    quaternion: anyQuaternion,
    otherQuaternion: fc.option(anyQuaternion),
    origin: fc.tuple(coordinate, coordinate, coordinate),
    apart: fc.constantFrom<Vector>([0, 0, 0], [10, -5, 3]),
    shear: fc.constantFrom(0, 0, 1e-5, 1e-4, 1e-3),
    xyztUnits: fc.constantFrom(0, 1, 2, 3, 10),
  })
  .map(({ origin, apart, shear, otherQuaternion, ...header }) => {
    // The numbers are those of a grid of about a millimeter in any unit.
    const perMm = 1 / (MM[header.xyztUnits] ?? 1);
    const pixdim = scaled(header.pixdim, perMm);
    const straight = rotated(otherQuaternion ?? header.quaternion, pixdim, header.qfac);
    const [x, y, z] = straight;
    const sheared = plus(y, scaled(x, (shear * length(y)) / length(x)));
    return {
      ...header,
      shape: [5, 6, 4],
      pixdim,
      qOrigin: scaled(origin, perMm),
      sform: { columns: [x, sheared, z], origin: scaled(plus(origin, apart), perMm) },
    };
  });
