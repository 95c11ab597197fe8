import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affineQuaternion, quaternionAffine } from '#runner/imaging/affine.ts';
import { canonicalHeader } from '#runner/imaging/canonical.ts';
import { canonicalMask, canonicalScan, type ImageFile } from '#runner/imaging/canonical-pair.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import { gridDistance, gridTolerance } from '#runner/imaging/grid.ts';
import { isOrthonormal, nearestOrthonormal } from '#runner/imaging/orthonormal.ts';
import { readImage, readVolume } from '#runner/imaging/read.ts';
import { READERS } from '#runner/imaging/readings.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { matchGrids } from '#runner/imaging/same-grid.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';
import { anyScanHeader, PROGRAMS, SEES, scanFile, WRITES } from '#test/support/imaging/reader-programs.ts';

const changesOf = (file: Uint8Array) => canonicalHeader(readImage(file)).changes;
const imageFile = (bytes: Uint8Array): ImageFile => ({ bytes, image: readImage(bytes) });

describe('rotations', () => {
  const anyRotation = fc
    .tuple(...[0, 1, 2, 3].map(() => fc.double({ min: -1, max: 1, noNaN: true })))
    .filter((q) => Math.hypot(...q) > 0.1)
    .map((q) => q.map((value) => value / Math.hypot(...q)));

  test('a quaternion is found again from its affine, with every sign of qfac', () => {
    fc.assert(
      fc.property(anyRotation, fc.constantFrom(1, -1), ([a, b, c, d], qfac) => {
        const sign = a! < 0 ? -1 : 1;
        const numbers = [sign * b!, sign * c!, sign * d!, 4, 5, 6];
        const affine = quaternionAffine(numbers, [qfac, 2, 3, 0.5]);
        const found = affineQuaternion(affine);
        expect(found.qfac).toBe(qfac);
        const again = quaternionAffine(found.qform, [found.qfac, 2, 3, 0.5]);
        again.forEach((value, i) => {
          expect(value).toBeCloseTo(affine[i]!, 6);
        });
      }),
    );
  });

  test('the nearest grid at right angles is orthonormal, and no small rotation of it is nearer', () => {
    const noise = fc.tuple(
      ...new Array(9).fill(0).map(() => fc.double({ min: -0.05, max: 0.05, noNaN: true })),
    );
    const distance = (a: readonly number[], b: readonly number[]) =>
      Math.hypot(...[0, 1, 2, 4, 5, 6, 8, 9, 10].map((at) => a[at]! - b[at]!));
    fc.assert(
      fc.property(anyRotation, noise, ([a, b, c, d], errors) => {
        const sign = a! < 0 ? -1 : 1;
        const exact = quaternionAffine([sign * b!, sign * c!, sign * d!, 0, 0, 0], [1, 1, 1, 1]);
        const skewed = exact.map((value, at) =>
          at % 4 < 3 && at < 12 ? value + errors[3 * Math.floor(at / 4) + (at % 4)]! : value,
        );
        const lengths = [0, 1, 2].map((i) => Math.hypot(skewed[i]!, skewed[4 + i]!, skewed[8 + i]!));
        const directions = skewed.map((value, at) =>
          at < 12 && at % 4 < 3 ? value / lengths[at % 4]! : value,
        );
        const nearest = nearestOrthonormal(directions)!;
        expect(isOrthonormal(nearest, 1e-12)).toBe(true);
        for (const turn of [1e-3, -1e-3]) {
          for (const axis of [0, 1, 2]) {
            const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
            const turned = [...nearest];
            for (const row of [0, 4, 8]) {
              const [p, q] = [nearest[row + i]!, nearest[row + j]!];
              turned[row + i] = Math.cos(turn) * p - Math.sin(turn) * q;
              turned[row + j] = Math.sin(turn) * p + Math.cos(turn) * q;
            }
            expect(distance(turned, directions)).toBeGreaterThan(distance(nearest, directions));
          }
        }
      }),
    );
  });
});

describe('a scan for containers has a header that every reader sees alike', () => {
  test('at the position of the rule: sform, else qform, else centered; in mm; a shear stays in the sform', () => {
    fc.assert(
      fc.property(anyScanHeader, (header) => {
        const file = scanFile(header);
        const { volume: before } = readImage(file);
        const { volume, header: after } = readImage(rewriteImage(file, 'nii.gz'));
        const tolerance = gridTolerance(before);
        const sees = SEES['nibabel']!(header);
        const factor = { 1: 1000, 3: 1e-3 }[header.xyztUnits] ?? 1;
        const rule = [0, 1, 2].flatMap((row) =>
          [...sees.columns, sees.origin].map((vector) => vector[row]! * factor),
        );
        const expected = { shape: volume.shape, affine: [...rule, 0, 0, 0, 1] };
        expect(gridDistance(volume, expected)).toBeLessThan(tolerance);
        expect(after!.qformCode).toBeGreaterThan(0);
        expect(after!.sformCode).toBeGreaterThan(0);
        expect(after!.xyztUnits & 7).toBe(2);
        const { shearMm } = canonicalHeader(readImage(file));
        if (shearMm > 0) return;
        expect(isOrthonormal(volume.affine, 1e-6)).toBe(true);
        for (const reader of READERS) {
          const seen = { shape: volume.shape, affine: reader.affineOf(volume)! };
          expect(gridDistance(volume, seen), reader.name).toBeLessThan(tolerance);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('so that a mask of any program is on its grid without further readings', () => {
    fc.assert(
      fc.property(anyScanHeader, fc.constantFrom(...PROGRAMS), (header, [reader, writer]) => {
        const scan = rewriteImage(scanFile(header), 'nii.gz');
        const { volume, header: numbers } = readImage(scan);
        const { qform, sform, pixdim } = numbers!;
        const [b, c, d] = qform as [number, number, number];
        const columns = [0, 1, 2].map((i) => [sform[i]!, sform[4 + i]!, sform[8 + i]!]);
        const seen = SEES[reader]!({
          ...header,
          xyztUnits: 2,
          qformCode: numbers!.qformCode,
          sformCode: numbers!.sformCode,
          pixdim: pixdim.slice(1, 4) as [number, number, number],
          qfac: pixdim[0] === -1 ? -1 : 1,
          quaternion: [Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d)), b, c, d],
          qOrigin: qform.slice(3) as [number, number, number],
          sform: {
            columns: columns as [
              [number, number, number],
              [number, number, number],
              [number, number, number],
            ],
            origin: [sform[3]!, sform[7]!, sform[11]!],
          },
        });
        const found = matchGrids(readVolume(WRITES[writer]!(header, seen)), volume);
        const { shearMm } = canonicalHeader(readImage(scan));
        expect(found).toMatchObject({ kind: 'same', ...(shearMm === 0 && { reader: null }) });
      }),
      { numRuns: 500 },
    );
  });

  test('and stays as it is when it is rewritten again', () => {
    fc.assert(
      fc.property(anyScanHeader, (header) => {
        const once = rewriteImage(scanFile(header), 'nii.gz');
        expect(changesOf(once)).toEqual([]);
        expect(gunzipSync(rewriteImage(once, 'nii.gz'))).toEqual(gunzipSync(once));
      }),
    );
  });

  test('also as MetaImage', () => {
    const scan = niftiFile({ sformCode: 0, qformCode: 0, pixdim: [1, 2, 3, 4, 0, 0, 0, 0], xyztUnits: 3 });
    const affine = [-2e-3, 0, 0, 1e-3, 0, 3e-3, 0, -1.5e-3, 0, 0, 4e-3, -2e-3, 0, 0, 0, 1];
    readVolume(rewriteImage(scan, 'mha')).affine.forEach((value, i) => {
      expect(value).toBeCloseTo(affine[i]!, 9);
    });
  });

  test('although a quaternion of float32 can’t hold every rotation: the sform follows it', () => {
    // Nearly a half-turn about x: a is 5e-5, but float32 leaves it an error of up to 2e-4.
    const [a, b] = [5e-5, Math.sqrt(1 - 25e-10)];
    const turn = [1, 0, 0, 0, b * b - a * a, 2 * a * b].map((value) => -value);
    const affine = [1, 0, 0, 0, 0, turn[4]!, 2 * a * b, 0, 0, -2 * a * b, turn[4]!, 0, 0, 0, 0, 1];
    const data = new Uint8Array(256 * 256 * 4);
    const file = encodeNifti({ shape: [256, 256, 4], affine, data });
    const { volume } = readImage(rewriteImage(file, 'nii.gz'));
    const { sform, qform } = volume.geometry;
    const grid = (form: readonly number[]) => ({ shape: volume.shape, affine: form });
    expect(gridDistance(grid(sform!), grid(qform!))).toBeLessThan(1e-4);
    expect(gridDistance(volume, grid(affine))).toBeLessThan(0.1);
  });
});

describe('what is reported', () => {
  const sform = [1, 0, 0, -5, 0, 1, 0, 7, 0, 0, 1, 3];
  const qform = [0, 0, 0, -5, 7, 3];

  test('nothing for a canonical header, also of float32 rounding', () => {
    expect(changesOf(niftiFile({ sform, qform, qformCode: 1 }))).toEqual([]);
    expect(changesOf(niftiFile({ sform, qform: [0, 0, 0, -5, 7, 3.0001], qformCode: 1 }))).toEqual([]);
    const image = { shape: [2, 2, 2], affine: [...sform, 0, 0, 0, 1], data: new Uint8Array(8) } as const;
    expect(changesOf(encodeNifti(image))).toEqual([]);
    expect(changesOf(encodeMetaImage(image))).toEqual([]);
  });

  test('each difference, with its size', () => {
    expect(changesOf(niftiFile({ sformCode: 0 }))).toEqual([
      'the codes of qform and sform were 0: centered, with its spacing',
    ]);
    expect(changesOf(niftiFile({ sform, qformCode: 0 }))).toEqual(['qform set from the sform']);
    expect(changesOf(niftiFile({ qform, qformCode: 1, sformCode: 0 }))).toEqual(['sform set from the qform']);
    expect(changesOf(niftiFile({ sform, qform: [0, 0, 0, 5, 2, 6], qformCode: 1 }))).toEqual([
      'qform and sform were 11.6 mm apart: the sform counts',
    ]);
    expect(changesOf(niftiFile({ sform, qform, qformCode: 1, xyztUnits: 3 }))).toEqual([
      'converted from µm to mm',
    ]);
    expect(changesOf(niftiFile({ sform, qform, qformCode: 1, xyztUnits: 1 }))).toEqual([
      'converted from m to mm',
    ]);
    expect(changesOf(niftiFile({ sform, qform, qformCode: 1, xyztUnits: 0 }))).toEqual(['unit set to mm']);
    const sheared = sform.with(1, 5e-5);
    expect(changesOf(niftiFile({ sform: sheared, qform, qformCode: 1 }))).toEqual([
      expect.stringMatching(/^axes set at right angles, by at most 0\.0000\d+ mm$/),
    ]);
  });

  test('an affine without volume is refused', () => {
    expect(() => rewriteImage(niftiFile({ sform: new Array(12).fill(0) }), 'nii.gz')).toThrow(
      /not invertible/,
    );
  });
});

describe('a scan and its mask', () => {
  const voxels = Uint8Array.from([0, 1, 0, 0, 1, 1, 0, 0]);
  const pair = (scanBytes: Uint8Array, truthBytes: Uint8Array, allowsShear = false) => {
    const scanFile = imageFile(scanBytes);
    const scan = canonicalScan(scanFile, { allowsShear });
    const truth = canonicalMask(imageFile(truthBytes), scanFile.image, scan.grid);
    const changes = [
      ...scan.changes.map((change) => `scan: ${change}`),
      ...truth.changes.map((change) => `mask: ${change}`),
    ];
    return { scan: scan.bytes(), truth: truth.bytes(), changes };
  };

  test('that are canonical are returned byte for byte', () => {
    const image = { shape: [2, 2, 2], affine: [1, 0, 0, 4, 0, 1, 0, 5, 0, 0, 1, 6, 0, 0, 0, 1] } as const;
    const [scan, truth] = [
      encodeNifti({ ...image, data: voxels }),
      encodeMetaImage({ ...image, data: voxels }),
    ];
    const found = pair(scan, truth);
    expect(found).toEqual({ scan, truth, changes: [] });
  });

  test('get one grid, and keep voxels, type and scaling', () => {
    fc.assert(
      fc.property(anyScanHeader, fc.constantFrom(...PROGRAMS), (header, [reader, writer]) => {
        const truth = WRITES[writer]!(header, SEES[reader]!(header));
        const found = pair(scanFile(header), truth, true);
        const [scan, mask] = [readVolume(found.scan), readVolume(found.truth)];
        expect(matchGrids(mask, scan)).toMatchObject({ kind: 'same', reader: null });
        expect(changesOf(found.scan)).toEqual([]);
        expect(changesOf(found.truth)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    const mask = niftiFile({
      sformCode: 2,
      sform: [-1, 0, 0, 0.5, 0, 1, 0, -0.5, 0, 0, 1, -0.5],
      slope: 0.5,
      data: voxels,
    });
    const found = pair(niftiFile({ sformCode: 0, data: voxels }), mask);
    expect(found.changes).toEqual([
      'scan: the codes of qform and sform were 0: centered, with its spacing',
      'mask: qform set from the sform',
    ]);
    expect(readVolume(found.truth)).toMatchObject({ dtype: 'uint8', slope: 0.5, data: voxels });
    expect(readVolume(found.scan).data).toEqual(voxels);
  });

  test('where only another reader sees the mask, it is placed there, and the report says so', () => {
    // ITK's mask of a scan without codes: LPS, voxel 0 at the origin.
    const mask = niftiFile({ sform: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0], data: voxels });
    const found = pair(niftiFile({ sformCode: 0 }), mask);
    expect(found.changes).toContain('mask: placed on the scan’s grid, where ITK (sform) sees it');
    expect(readVolume(found.truth).affine).toEqual(readVolume(found.scan).affine);
  });

  test('a mask that is stored in reverse gets the scan’s order, because a mask without geometry has it too', () => {
    const mask = niftiFile({
      sform: [1, 0, 0, -0.5, 0, 1, 0, -0.5, 0, 0, 1, -0.5],
      slope: 0.5,
      data: voxels,
    });
    const found = pair(niftiFile({ sformCode: 0 }), mask);
    const [scan, truth] = [readVolume(found.scan), readVolume(found.truth)];
    // Pairs along the first axis change places.
    expect(truth).toMatchObject({ data: Uint8Array.from([1, 0, 0, 0, 1, 1, 0, 0]), slope: 0.5 });
    expect(truth.affine).toEqual(scan.affine);
    const order = { axes: [0, 1, 2], flipped: [false, false, false] };
    expect(matchGrids(truth, scan)).toMatchObject({ reader: null, order });
    expect(found.changes).toContain('mask: placed on the scan’s grid, its axes in the scan’s order');
  });

  test('a shear that no qform can hold is refused with its size, or kept', () => {
    const shape = { dim: [3, 64, 64, 64, 1, 1, 1, 1], data: new Uint8Array(64 ** 3) };
    const scan = niftiFile({ ...shape, sform: [1, 1e-3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] });
    // Half of 1e-3 on each of two axes of 64 mm, seen from voxel 0: √2 · 0.0005 · 63.5.
    expect(() => pair(scan, scan)).toThrow(
      /not at right angles: its grid is 0\.0449 mm from .*--allow-shear/,
    );
    const found = pair(scan, scan, true);
    expect(found.changes).toContain('scan: keeps a shear of 0.0449 mm');
    expect(readVolume(found.scan).affine[1]).toBeCloseTo(1e-3, 9);
    expect(readImage(found.scan).header).toMatchObject({ qformCode: 1, sformCode: 1 });
    // ITK makes it orthonormal, and finds the mask again.
    const straight = nearestOrthonormal(readVolume(scan).affine)!;
    const mask = encodeNifti({ shape: [64, 64, 64], affine: straight, data: shape.data });
    expect(matchGrids(readVolume(mask), readVolume(found.truth))).toMatchObject({ kind: 'same' });
  });

  test('that are on different grids are refused with the distance', () => {
    const mask = niftiFile({ sform: [1, 0, 0, 17, 0, 1, 0, 0, 0, 0, 1, 0] });
    expect(() => pair(niftiFile(), mask)).toThrow('scan and mask are 17 mm apart');
    expect(() => pair(niftiFile(), niftiFile({ dim: [3, 2, 2, 1, 1, 1, 1, 1] }))).toThrow('different shapes');
  });
});
