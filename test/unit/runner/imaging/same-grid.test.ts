import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { keepsOrder } from '#runner/imaging/grid.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { hasNoGeometry } from '#runner/imaging/readings.ts';
import { type GridMatch, matchGrids } from '#runner/imaging/same-grid.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';
import {
  anyScanHeader,
  type Position,
  PROGRAMS,
  type ScanHeader,
  SEES,
  scanFile,
  shifted,
  WRITES,
} from '#test/support/imaging/reader-programs.ts';

const match = (mask: Uint8Array, scan: Uint8Array): GridMatch =>
  matchGrids(readVolume(mask), readVolume(scan));

/** The mask that a program writes; `misplace` changes the position first. */
function maskOf(
  header: ScanHeader,
  [reader, writer]: (typeof PROGRAMS)[number],
  misplace: (position: Position) => Position = (position) => position,
): Uint8Array {
  return WRITES[writer]!(header, misplace(SEES[reader]!(header)));
}

const anyProgram = fc.constantFrom(...PROGRAMS);

describe('a mask is on the scan’s grid', () => {
  test('wherever its program saw the scan: any codes, forms, unit and shear', () => {
    fc.assert(
      fc.property(anyScanHeader, anyProgram, (header, program) => {
        const found = match(maskOf(header, program), scanFile(header));
        expect(found).toMatchObject({ kind: 'same' });
        expect(found.kind === 'same' && keepsOrder(found.order)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('if it copies the scan’s header, whatever that says', () => {
    fc.assert(
      fc.property(anyScanHeader, (header) => {
        expect(match(scanFile(header), scanFile(header))).toMatchObject({ kind: 'same', reader: null });
      }),
    );
  });

  test('if it stores the same points in reverse, which its reader sees too', () => {
    fc.assert(
      fc.property(anyScanHeader, anyProgram, fc.constantFrom(0, 1, 2), (header, program, axis) => {
        const reversed = (position: Position): Position => {
          const step = position.columns[axis]!;
          const last = header.shape[axis]! - 1;
          const columns = position.columns.map((column, i) =>
            i === axis ? column.map((value) => -value) : column,
          ) as Position['columns'];
          const origin = position.origin.map((value, i) => value + last * step[i]!) as Position['origin'];
          return { columns, origin };
        };
        const found = match(maskOf(header, program, reversed), scanFile(header));
        expect(found).toMatchObject({
          kind: 'same',
          order: { axes: [0, 1, 2], flipped: [0, 1, 2].map((i) => i === axis) },
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a misplaced mask is never accepted', () => {
  test('17 mm away from where its program saw the scan', () => {
    fc.assert(
      fc.property(anyScanHeader, anyProgram, (header, program) => {
        const [reader, writer] = program;
        // Readers that leave the unit write the file's numbers.
        const perMm =
          reader.startsWith('itk') || writer === 'metaImage'
            ? 1
            : ({ 1: 1e-3, 3: 1e3 }[header.xyztUnits] ?? 1);
        const away = (position: Position) => shifted(position, [17 * perMm, 0, 0]);
        expect(match(maskOf(header, program, away), scanFile(header)).kind).toBe('apart');
      }),
      { numRuns: 1000 },
    );
  });

  test('by one voxel, also where the unit is m or µm', () => {
    for (const xyztUnits of [0, 1, 2, 3]) {
      const step = { 1: 1e-3, 3: 1e3 }[xyztUnits] ?? 1;
      const sform = [step, 0, 0, 0, 0, step, 0, 0, 0, 0, step, 0];
      const file = (origin: number) =>
        niftiFile({ xyztUnits, pixdim: [1, step, step, step, 0, 0, 0, 0], sform: sform.with(3, origin) });
      expect(match(file(0), file(0)).kind).toBe('same');
      expect(match(file(step), file(0))).toMatchObject({ kind: 'apart', distance: expect.closeTo(1, 6) });
    }
  });

  test('with an axis whose sign was lost, so that the header flips it in place', () => {
    fc.assert(
      fc.property(anyScanHeader, anyProgram, fc.constantFrom(0, 1, 2), (header, program, axis) => {
        const flipped = ({ columns, origin }: Position): Position => ({
          origin,
          columns: columns.map((column, i) =>
            i === axis ? column.map((value) => -value) : column,
          ) as Position['columns'],
        });
        expect(match(maskOf(header, program, flipped), scanFile(header)).kind).not.toBe('same');
      }),
      { numRuns: 1000 },
    );
  });

  test('without codes: it is where a reader puts it, and nowhere else', () => {
    const shape = { dim: [3, 5, 6, 4, 1, 1, 1, 1], data: new Uint8Array(120) };
    const mask = niftiFile({ ...shape, sformCode: 0 });
    const at = (x: number) => niftiFile({ ...shape, sform: [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0] });
    // The C library puts voxel 0 at the origin.
    expect(match(mask, at(0))).toMatchObject({ kind: 'same', reader: 'the NIfTI C library' });
    expect(match(mask, at(3)).kind).toBe('apart');
  });

  test('if readers disagree about the order of its axes', () => {
    // nibabel doesn't see the unit, so it sees the mask's x axis reversed; the C library's qforms are equal.
    const shape = { dim: [3, 5, 6, 4, 1, 1, 1, 1], data: new Uint8Array(120) };
    const scan = niftiFile({
      ...shape,
      sform: [1, 0, 0, -2, 0, 1, 0, 0, 0, 0, 1, 0],
      qformCode: 1,
      qform: [0, 0, 0, 7, 0, 0],
    });
    const mask = niftiFile({
      ...shape,
      xyztUnits: 3,
      sform: [-1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0],
      qformCode: 1,
      qform: [0, 0, 0, 7, 0, 0],
    });
    expect(match(mask, scan)).toEqual({
      kind: 'ambiguous',
      readers: ['nibabel', 'the NIfTI C library'],
    });
  });
});

describe('the tolerance', () => {
  const at = (size: number, x: number) =>
    encodeNifti({
      shape: [2, 2, 2],
      affine: [size, 0, 0, x, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1],
      data: new Uint8Array(8),
    });

  test('is 1 µm and a thousandth of the shortest side of a voxel', () => {
    for (const size of [0.5, 1, 2]) {
      const limit = 1e-3 + 1e-3 * size;
      expect(match(at(size, 0.95 * limit), at(size, 0)).kind).toBe('same');
      expect(match(at(size, 1.05 * limit), at(size, 0))).toMatchObject({
        kind: 'apart',
        tolerance: expect.closeTo(limit, 9),
      });
    }
  });
});

describe('a header without geometry', () => {
  const plain = (file: Uint8Array) => hasNoGeometry(readVolume(file));
  const diagonal = (x: number, y: number, z: number, origin = 0) => [x, 0, 0, origin, 0, y, 0, 0, 0, 0, z, 0];

  test('has spacing 1, origin 0, and the identity with any signs', () => {
    for (const [x, y, z] of [
      [1, 1, 1],
      [-1, -1, 1],
      [-1, 1, 1],
    ] as const) {
      expect(plain(niftiFile({ sform: diagonal(x, y, z) }))).toBe(true);
    }
    expect(plain(niftiFile({ sformCode: 0 }))).toBe(true);
    const mha = 'ObjectType = Image\nNDims = 3\nDimSize = 1 1 1\nElementType = MET_UCHAR\n';
    const rest = (tags: string) => Buffer.from(`${mha}${tags}ElementDataFile = LOCAL\n\0`);
    expect(plain(rest(''))).toBe(true);
    expect(plain(rest('TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 1\n'))).toBe(
      true,
    );
    expect(plain(rest('ElementSpacing = 1 1 2\n'))).toBe(false);
    expect(plain(rest('Offset = 0 0 1\n'))).toBe(false);
  });

  test('has no form that says more', () => {
    expect(plain(niftiFile({ sform: diagonal(1, 1, 1, 5) }))).toBe(false);
    expect(plain(niftiFile({ sform: diagonal(2, 1, 1) }))).toBe(false);
    expect(plain(niftiFile({ sform: [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0] }))).toBe(false);
    expect(plain(niftiFile({ qformCode: 1, qform: [0, 0, 0, 9, 0, 0] }))).toBe(false);
    expect(plain(niftiFile({ sformCode: 0, pixdim: [1, 1, 1, 2, 0, 0, 0, 0] }))).toBe(false);
  });
});
