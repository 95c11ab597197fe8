import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Triple } from '#runner/imaging/volume.ts';
import { type CaseOutcome, scoreCase } from '#runner/scoring/score-case.ts';
import { type NiftiOptions, niftiFile } from '#test/support/imaging/nifti-files.ts';

/**
 * Files that users of other tools reported as misread: headers that common readers accept, and grids that they
 * see differently. The numbers in the headers are those that nibabel and ITK wrote.
 */

const SHAPE: Triple = [20, 24, 18];

type Box = readonly [from: Triple, to: Triple];
const LESION: Box = [
  [4, 6, 5],
  [8, 11, 9],
];
/** The lesion without its first column: 120 of 150 voxels. */
const FOUND: Box = [
  [5, 6, 5],
  [8, 11, 9],
];
const SMALL: Box = [
  [14, 15, 12],
  [15, 17, 13],
];
const FALSE_VOXEL: Box = [
  [10, 8, 8],
  [10, 8, 8],
];

function voxels(boxes: readonly Box[], [nx, ny, nz]: Triple = SHAPE): Uint8Array {
  const data = new Uint8Array(nx * ny * nz);
  for (const [from, to] of boxes) {
    for (let z = from[2]; z <= to[2]; z++) {
      for (let y = from[1]; y <= to[1]; y++)
        data.fill(1, from[0] + nx * (y + ny * z), to[0] + 1 + nx * (y + ny * z));
    }
  }
  return data;
}

const dim = (shape: Triple) => [3, ...shape, 1, 1, 1, 1];
/** x to the left, 1 mm, voxel 0 at (9, −11, −8). */
const POSITION = {
  pixdim: [-1, 1, 1, 1, 1, 1, 1, 1],
  qform: [0, 1, 0, 9, -11, -8],
  sform: [-1, 0, 0, 9, 0, 1, 0, -11, 0, 0, 1, -8],
} satisfies NiftiOptions;

/** Two lesions: 162 voxels of truth, 133 predicted, 132 of them right. */
const twoTrue = (options: NiftiOptions = {}) =>
  gzipSync(
    niftiFile({ dim: dim(SHAPE), qformCode: 1, data: voxels([LESION, SMALL]), ...POSITION, ...options }),
  );
const TWO_PREDICTED = voxels([FOUND, SMALL, FALSE_VOXEL]);
const twoPredicted = (options: NiftiOptions = {}) =>
  gzipSync(niftiFile({ dim: dim(SHAPE), qformCode: 1, data: TWO_PREDICTED, ...POSITION, ...options }));
/** One lesion: 150 voxels, 120 of them predicted. */
const oneTrue = (options: NiftiOptions) =>
  gzipSync(niftiFile({ dim: dim(SHAPE), data: voxels([LESION]), ...POSITION, ...options }));
const onePredicted = (options: NiftiOptions) =>
  gzipSync(niftiFile({ dim: dim(SHAPE), data: voxels([FOUND]), ...POSITION, ...options }));

const score = (truth: Uint8Array, prediction: Uint8Array) =>
  scoreCase({ truth, prediction, connectivity: 6 });

function metricsOf(outcome: CaseOutcome) {
  if (outcome.status !== 'scored') throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome.metrics;
}

describe('headers that common readers accept', () => {
  const metaImage = (text: string) => Buffer.concat([Buffer.from(text), TWO_PREDICTED]);
  const header = (file: string) =>
    [
      'ObjectType = Image',
      'NDims = 3',
      'BinaryData = True',
      'BinaryDataByteOrderMSB = False',
      'CompressedData = False',
      'TransformMatrix = 1 0 0 0 -1 0 0 0 1',
      'Offset = -9 11 -8',
      'CenterOfRotation = 0 0 0',
      'AnatomicalOrientation = RAI',
      'ElementSpacing = 1 1 1',
      'DimSize = 20 24 18',
      'ElementType = MET_UCHAR',
      `ElementDataFile = ${file}`,
      '',
    ].join('\n');

  const files: Record<string, Uint8Array> = {
    'uint8 with bitpix 32': twoPredicted({ bitpix: 32 }),
    'dim[4] of 0': twoPredicted({ dim: [4, ...SHAPE, 0, 0, 0, 0] }),
    'bytes behind the voxels': gzipSync(
      Buffer.concat([niftiFile({ dim: dim(SHAPE), data: TWO_PREDICTED, ...POSITION }), Buffer.alloc(160)]),
    ),
    'ElementDataFile = Local': metaImage(header('Local')),
    'Key: value': metaImage(header('LOCAL').replaceAll(' = ', ': ')),
    'a newline behind raw voxels': Buffer.concat([metaImage(header('LOCAL')), Buffer.from('\n')]),
    'HeaderSize = -1': metaImage(header('LOCAL').replace('NDims', 'HeaderSize = -1\nNDims')),
    MET_UCHAR_ARRAY: metaImage(header('LOCAL').replace('MET_UCHAR', 'MET_UCHAR_ARRAY')),
  };
  test.each(Object.entries(files))('%s: dice 0.895', (_, prediction) => {
    // 2 · 132 / (162 + 133).
    expect(metricsOf(score(twoTrue(), prediction)).dice).toBeCloseTo(0.895, 3);
  });
});

describe('grids that readers see differently: dice 0.889', () => {
  // 2 · 120 / (150 + 120).
  const isScored = (outcome: CaseOutcome) => expect(metricsOf(outcome).dice).toBeCloseTo(0.889, 3);

  const unset = oneTrue({ qformCode: 0, sformCode: 0 });
  test('a scan without codes, and nibabel’s mask of it', () => {
    isScored(
      score(
        unset,
        onePredicted({
          xyztUnits: 0,
          qformCode: 0,
          sformCode: 2,
          qform: [0, 1, 0, 9.5, -11.5, -8.5],
          sform: [-1, 0, 0, 9.5, 0, 1, 0, -11.5, 0, 0, 1, -8.5],
        }),
      ),
    );
  });

  test('a scan without codes, and ITK’s mask of it', () => {
    const itk = { qformCode: 1, sformCode: 1, qform: [0, 0, 1, 0, 0, 0], pixdim: [1, 1, 1, 1, 0, 0, 0, 0] };
    isScored(score(unset, onePredicted({ ...itk, sform: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0] })));
  });

  test('a scan whose forms are (10, −5, 3) mm apart, and masks by either form', () => {
    const sform = [-1, 0, 0, 19, 0, 1, 0, -16, 0, 0, 1, -5];
    const scan = oneTrue({ qformCode: 1, sformCode: 2, sform });
    isScored(score(scan, onePredicted({ qformCode: 1, sformCode: 1 })));
    isScored(score(scan, onePredicted({ qformCode: 0, sformCode: 2, sform })));
    isScored(score(scan, onePredicted({ qformCode: 1, sformCode: 2, sform })));
  });

  test('a scan with a shear of 1e-4, and ITK’s mask, which is orthonormal', () => {
    const shape: Triple = [192, 224, 160];
    const truth = niftiFile({
      dim: dim(shape),
      data: voxels([LESION], shape),
      qformCode: 1,
      pixdim: [1, 1, 0.9765625, 1.2, 1, 1, 1, 1],
      qform: [
        0.044256046414375305, -0.11468351632356644, 0.1758556365966797, -93.12346, -125.98765, -71.2468,
      ],
      sform: [
        0.9118449687957764, -0.3452818989753723, -0.2501518726348877, -93.12346, 0.33336931467056274,
        0.9123362898826599, -0.1521434336900711, -125.98765, 0.2395906001329422, 0.04503439739346504,
        1.1637338399887085, -71.2468,
      ],
    });
    const prediction = niftiFile({
      dim: dim(shape),
      data: voxels([FOUND], shape),
      qformCode: 1,
      pixdim: [1, 1, 0.9765625, 1.2, 0, 0, 0, 0],
      qform: [
        0.044253505766391754, -0.11468341946601868, 0.17583222687244415, -93.12346, -125.98765, -71.2468,
      ],
      sform: [
        0.9118614792823792, -0.3453381657600403, -0.2501564025878906, -93.12346, 0.33332568407058716,
        0.9123528003692627, -0.15213146805763245, -125.98765, 0.2395884394645691, 0.04503520950675011,
        1.1637344360351562, -71.2468,
      ],
    });
    isScored(score(truth, prediction));
  });
});

describe('units', () => {
  const um = {
    pixdim: [-1, 1000, 1000, 1000, 1, 1, 1, 1],
    qform: [0, 1, 0, 9000, -11_000, -8000],
    sform: [-1000, 0, 0, 9000, 0, 1000, 0, -11_000, 0, 0, 1000, -8000],
  } satisfies NiftiOptions;

  test('a voxel of 1000 µm is 1 mm³, also where the mask doesn’t say its unit', () => {
    const truth = twoTrue({ ...um, xyztUnits: 3 });
    const unitless = twoPredicted({ ...um, qformCode: 0, sformCode: 2, xyztUnits: 0 });
    for (const prediction of [unitless, twoPredicted({ ...um, xyztUnits: 3 }), twoPredicted()]) {
      const metrics = metricsOf(score(truth, prediction));
      expect(metrics.hd95).toBeCloseTo(1, 6);
      // 162 − 133 voxels.
      expect(metrics.volume_difference).toBeCloseTo(0.029, 9);
    }
  });

  test('a voxel of 0.001 m is 1 mm³', () => {
    const meters = {
      pixdim: [-1, 1e-3, 1e-3, 1e-3, 1, 1, 1, 1],
      qform: [0, 1, 0, 9e-3, -11e-3, -8e-3],
      sform: [-1e-3, 0, 0, 9e-3, 0, 1e-3, 0, -11e-3, 0, 0, 1e-3, -8e-3],
    } satisfies NiftiOptions;
    const truth = twoTrue({ ...meters, xyztUnits: 1 });
    for (const prediction of [twoPredicted({ ...meters, xyztUnits: 0 }), twoPredicted()]) {
      expect(metricsOf(score(truth, prediction)).volume_difference).toBeCloseTo(0.029, 6);
    }
  });
});

describe('an honestly misplaced mask stays AFFINE', () => {
  const scans = {
    'a canonical scan': oneTrue({ qformCode: 1, sformCode: 1 }),
    'a scan without codes': oneTrue({ qformCode: 0, sformCode: 0 }),
    'a scan whose forms differ': oneTrue({
      qformCode: 1,
      sformCode: 2,
      sform: [-1, 0, 0, 19, 0, 1, 0, -16, 0, 0, 1, -5],
    }),
  };
  test.each(Object.entries(scans))('on %s', (_, scan) => {
    const codeOf = (outcome: CaseOutcome) => (outcome.status === 'rejected' ? outcome.code : 'scored');
    const shifted = POSITION.sform.with(3, 9 + 17);
    // 17 mm along x, as nibabel writes it, and as ITK does with both forms.
    expect(codeOf(score(scan, onePredicted({ qformCode: 0, sform: shifted })))).toBe('AFFINE');
    const both = { sform: shifted, qform: POSITION.qform.with(3, 9 + 17) };
    expect(codeOf(score(scan, onePredicted({ qformCode: 1, ...both })))).toBe('AFFINE');
    // The x axis lost its sign.
    const mirrored = {
      sform: POSITION.sform.with(0, 1),
      qform: POSITION.qform.with(1, 0),
      pixdim: [1, 1, 1, 1],
    };
    expect(codeOf(score(scan, onePredicted({ qformCode: 1, ...mirrored })))).toBe('AFFINE');
  });

  test('a mask that is flipped without its header is scored as it lies, never turned back', () => {
    const flipped = new Uint8Array(voxels([FOUND]).length);
    voxels([FOUND]).forEach((value, at) => {
      const x = at % 20;
      flipped[at - x + (19 - x)] = value;
    });
    const { dice } = metricsOf(
      score(scans['a canonical scan'], onePredicted({ qformCode: 1, data: flipped })),
    );
    expect(dice).toBe(0);
  });
});
