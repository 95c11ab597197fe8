import { cp, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetCommand } from '#cli/dataset/dataset-command.ts';
import { type DatasetReport, datasetReportSchema } from '#cli/dataset/report/report-schema.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import {
  AFFINE,
  bidsCase,
  boxMask,
  type Files,
  plainCase,
  SHAPE,
  scanValues,
  writeFiles,
} from '#test/support/datasets/write-dataset.ts';
import { niftiFile } from '#test/support/imaging/nifti-files.ts';

let work: string;
let folder: string;
beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'heldout-check-'));
  folder = path.join(work, 'set');
});
afterEach(() => rm(work, { recursive: true }));

/** Runs the command on the files, and returns the JSON report, what was printed, and the exit code. */
async function check(files: Files, args: string[] = []) {
  await writeFiles(folder, files);
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const json = path.join(work, 'report.json');
  try {
    const code = await datasetCommand.run(['check', folder, '--json', json, ...args]);
    const report = datasetReportSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    return { code, report, text };
  } finally {
    vi.restoreAllMocks();
  }
}

const A = plainCase('bids', 'a', 1);
const [, A_MASK] = Object.keys(A) as [string, string];
/** A data set of the good case a and a case b. */
const withB = (scan: Files[string], mask: Files[string]): Files => ({
  ...A,
  ...bidsCase('bids', 'b', { scan, mask }),
});
const B_SCAN = { voxels: scanValues(2) };
const B_MASK = { voxels: boxMask([8, 8, 8]) };

const caseOf = ({ cases }: DatasetReport, name = 'sub-b_ses-1') => cases.find((one) => one.name === name)!;
const moved = (mm: number) => AFFINE.map((value, at) => (at === 3 ? value + mm : value));
/** The same image, with the first axis stored towards the left. */
function flippedLeft<T extends Int16Array | Uint8Array>(voxels: T): { voxels: T; affine: number[] } {
  const [width] = SHAPE;
  const turned = voxels.slice() as T;
  for (let at = 0; at < voxels.length; at++)
    turned[at] = voxels[at - (at % width) + width - 1 - (at % width)]!;
  return {
    voxels: turned,
    affine: AFFINE.map((value, at) => (at === 0 ? -1 : at === 3 ? value + width - 1 : value)),
  };
}

describe('with a task', () => {
  const png = encodePng(2, 2, new Uint8Array(4), 'gray');
  const PICTURES: Files = {
    'cases.csv': 'case,input:photo\na,a.png\nb,b.png\n',
    'a.png': png,
    'b.png': png,
  };
  const image = (slug: string) => ({
    slug,
    title: slug,
    kind: 'Image',
    relative_path: `images/${slug}`,
    format: 'png',
  });
  const taskFile = async (task: object) => {
    const file = path.join(work, 'task.json');
    await writeFile(file, JSON.stringify({ inputs: [image('photo')], outputs: [image('labels')], ...task }));
    return ['--task', file];
  };
  const BY_CONTAINER = {
    kind: 'container',
    metrics: [{ name: 'dice', title: 'Dice', better: 'higher', worst: 0, case: 'dice' }],
  };

  it('scored by a container, cases need no truth of their own', async () => {
    const { code, report, text } = await check(PICTURES, await taskFile({ scoring: BY_CONTAINER }));
    expect(code).toBe(0);
    expect(report.summary).toMatchObject({ accepted: 2, refused: 0 });
    expect(text).not.toMatch(/mask|truth/);
  });

  it('unknown, a data set without any truth is accepted, and the report says what it can be used for', async () => {
    const { code, text } = await check(PICTURES);
    expect(code).toBe(0);
    expect(text).toContain('no truth: only a task that is scored by a container can do without');
  });

  it('a case that lacks a truth or an input that the task needs is refused, by its slug', async () => {
    const age = { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json' };
    const points = { slug: 'points', title: 'Points', kind: 'Float', relative_path: 'points.json' };
    const task = { inputs: [age], outputs: [points], scoring: { kind: 'values', outputs: ['points'] } };
    const table = 'case,input:age,input:sex,truth:points\na,1,f,1\nb,2,f,\nc,,f,3\nd,4,m,4\n';
    const { code, report, text } = await check({ 'cases.csv': table }, await taskFile(task));
    expect(code).toBe(1);
    expect(report.summary).toMatchObject({ accepted: 2, refused: 2 });
    expect(text).toMatch(/b: it has no truth\. .*\n {2}c: it has no age, which the task needs/);
  });

  it('that needs other inputs than the data set has is refused at once', async () => {
    const task = { inputs: [image('photo'), image('depth')], scoring: BY_CONTAINER };
    await expect(check(PICTURES, await taskFile(task))).rejects.toThrow(/needs depth, but .* has photo/);
  });
});

describe('the report', () => {
  it('describes each case: files, grid, voxel size, axes, and the truth in voxels, ml and components', async () => {
    const two = boxMask([5, 5, 5]).map((value, at) => value || boxMask([8, 8, 8])[at]!);
    const { code, report, text } = await check({
      ...withB(B_SCAN, { voxels: two, affine: AFFINE }),
      'participants.tsv': 'participant_id\tsite\tchronicity\tdays_post_stroke\nsub-b\tS1\tchronic\t200\n',
    });
    expect(code).toBe(0);
    const found = caseOf(report);
    expect(found).toMatchObject({
      accepted: true,
      errors: [],
      metadata: { CENTER: 'S1', CHRONICITY: 'chronic', DAYS_POST_STROKE: 200 },
      inputs: [
        {
          slug: 't1-brain-mri',
          file: path.join(folder, 'sub-b/ses-1/anat/sub-b_ses-1_T1w.nii.gz'),
          dtype: 'int16',
          shape: [24, 22, 20],
          spacingMm: [1, 1, 1],
          orientation: 'RAS',
          obliqueDegrees: 0,
          min: 0,
          notFinite: 0,
        },
      ],
      // Two boxes of 3 × 3 × 3 that touch at a corner: one component at 26-connectivity, two at 6.
      truths: [{ voxels: 54, ml: 0.054, on: 't1-brain-mri', components: { '6': 2, '18': 2, '26': 1 } }],
    });
    // The summary comes first, the table last.
    expect(text).toMatch(
      /layout bids: .*\n {2}2 cases: 2 can be used, 0 refused\n {2}truth: 2 masks, 0\.081 ml/,
    );
    expect(text).toMatch(/sub-b_ses-1 +t1-brain-mri +24×22×20 +1×1×1 +RAS +54 +0\.054 +1\n$/);
  });

  it('writes nothing but the file of --json', async () => {
    await check(A);
    expect(await readdir(work)).toEqual(['report.json', 'set']);
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.gz'))).toHaveLength(
      2,
    );
  });

  it('takes three inputs of different grids, with the mask on one of them', async () => {
    const base = 'sub-x1/ses-1/sub-x1_ses-1_';
    const flair = {
      voxels: new Int16Array(8 * 8 * 8).map((_, at) => at),
      shape: [8, 8, 8] as const,
      affine: moved(3),
    };
    const { code, report } = await check({
      [`${base}dwi.nii.gz`]: B_SCAN,
      [`${base}adc.nii.gz`]: { voxels: scanValues(3) },
      [`${base}FLAIR.nii.gz`]: { ...flair, shape: [8, 8, 8] },
      [`derivatives/${base}msk.nii.gz`]: B_MASK,
    });
    expect([code, report.layout.name]).toEqual([0, 'isles-2022']);
    expect(caseOf(report, 'sub-x1_ses-1').inputs.map(({ shape }) => shape[0])).toEqual([24, 24, 8]);
    expect(caseOf(report, 'sub-x1_ses-1').truths).toMatchObject([{ on: 'dwi-brain-mri', voxels: 27 }]);
  });

  it('finds the input that the mask is on where the layout doesn’t say it', async () => {
    const { report } = await check(
      {
        'p/flair.nii': { voxels: new Int16Array(8 * 8 * 8).map((_, at) => at), shape: [8, 8, 8] },
        'p/dwi.nii': B_SCAN,
        'p/mask.nii': B_MASK,
      },
      ['--input', 'flair={id}/flair.nii', '--input', 'dwi={id}/dwi.nii', '--truth', 'lesions={id}/mask.nii'],
    );
    expect(caseOf(report, 'p').truths).toMatchObject([{ slug: 'lesions', on: 'dwi', voxels: 27 }]);
  });
});

describe('an error refuses its case alone, says where it is, and makes the exit code 1', () => {
  const scan = encodeNifti({ shape: SHAPE, affine: AFFINE, data: scanValues(2) });
  const cases: [string, Files, string, RegExp][] = [
    ['a scan without a mask', { ...A, 'sub-b_T1w.nii.gz': B_SCAN }, 'incomplete', /has no truth\. Add it/],
    [
      'a mask without a scan',
      { ...A, 'sub-b_lesion_mask.nii.gz': B_MASK },
      'incomplete',
      /has no t1-brain-mri/,
    ],
    [
      'a mask of another shape',
      withB(B_SCAN, { voxels: new Uint8Array(10 * 22 * 20), shape: [10, 22, 20] }),
      'other_grid',
      /the mask has 10 × 22 × 20 voxels, the scan 24 × 22 × 20\. Resample .*sub-b.*mask/,
    ],
    [
      'a mask with another affine, with the distance',
      withB(B_SCAN, { ...B_MASK, affine: moved(0.5) }),
      'other_grid',
      /scan and mask are 0\.5 mm apart/,
    ],
    ['a truncated file', withB(scan.subarray(0, 2000), B_MASK), 'unreadable', /sub-b.*T1w.*truncated/],
    ['an empty file', withB(new Uint8Array(0), B_MASK), 'unreadable', /sub-b.*T1w.*0 bytes/],
    ['text', withB('not an image', B_MASK), 'unreadable', /sub-b.*T1w.*neither NIfTI/],
    [
      'a probability map in place of a mask',
      withB(B_SCAN, { voxels: Float32Array.from(boxMask([8, 8, 8]), (value) => value * 0.7) }),
      'not_a_mask',
      /contains 0\.7 at voxel \(8, 8, 8\).*Apply a threshold/,
    ],
    [
      'a mask with NaN',
      withB(B_SCAN, { voxels: Float32Array.from(boxMask([8, 8, 8]), (value) => (value ? Number.NaN : 0)) }),
      'not_a_mask',
      /NaN at voxel/,
    ],
    [
      'a sheared scan',
      withB({ ...B_SCAN, affine: AFFINE.with(1, 0.01) }, { ...B_MASK, affine: AFFINE.with(1, 0.01) }),
      'sheared',
      /not at right angles.*--allow-shear/,
    ],
  ];
  it.each(cases)('%s', async (_, files, code, message) => {
    const { code: exit, report, text } = await check(files);
    expect(exit).toBe(1);
    expect(report.summary).toMatchObject({ cases: 2, accepted: 1, refused: 1, findings: { [code]: 1 } });
    const refused = report.cases.find(({ accepted }) => !accepted)!;
    expect(refused.name).toMatch(/^sub-b/);
    expect(refused.errors).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    expect(refused.errors[0]!.file).toMatch(/sub-b/);
    expect(text).toMatch(/^Refused:\n {2}sub-b/m);
  });

  it('a link to a file that isn’t here says how to get it', async () => {
    await writeFiles(folder, withB(B_SCAN, B_MASK));
    const scanFile = path.join(folder, 'sub-b/ses-1/anat/sub-b_ses-1_T1w.nii.gz');
    await rm(scanFile);
    await symlink('../../annex/missing', scanFile);
    const { report } = await check({});
    expect(caseOf(report).errors[0]!.message).toMatch(/link to a file that isn’t here.*datalad get/);
  });
});

describe('identical and nearly identical scans', () => {
  const sameVoxels: [string, Files[string]][] = [
    [
      'compressed in another way',
      encodeNifti({ shape: SHAPE, affine: AFFINE, data: scanValues(1), gzipLevel: 9 }),
    ],
    ['as float32', { voxels: Float32Array.from(scanValues(1)) }],
    ['as int64', { voxels: BigInt64Array.from(scanValues(1), BigInt) }],
    [
      'with a scale',
      encodeNifti({ shape: SHAPE, affine: AFFINE, data: scanValues(1).map((v) => v * 2), slope: 0.5 }),
    ],
    ['with the first axis to the left', flippedLeft(scanValues(1))],
    ['somewhere else in the world', { voxels: scanValues(1), affine: moved(5) }],
  ];
  it.each(sameVoxels)('the same voxels %s are a duplicate', async (_, scan) => {
    const affine = typeof scan === 'object' && 'affine' in scan ? scan.affine! : AFFINE;
    const { report } = await check(withB(scan, { voxels: boxMask([8, 8, 8]), affine }));
    expect(caseOf(report).errors).toMatchObject([
      {
        code: 'duplicate',
        message: expect.stringMatching(/identical to that of sub-a_ses-1: .*sub-b.* Keep one/),
      },
    ]);
  });

  it('one voxel more is no duplicate, and nearly identical, as is a scan with noise', async () => {
    const one = scanValues(1).with(SHAPE[0] * SHAPE[1] * 10 + SHAPE[0] * 11 + 12, 1);
    const noisy = scanValues(1).map((value, at) =>
      value === 0 ? 0 : value + ((Math.imul(at, 2654435761) >>> 16) % 61) - 30,
    );
    for (const voxels of [one, noisy]) {
      const { code, report } = await check(withB({ voxels }, B_MASK));
      expect([code, caseOf(report).errors]).toEqual([0, []]);
      expect(caseOf(report).oddities).toMatchObject([
        { code: 'near_duplicate', message: expect.stringMatching(/sub-a_ses-1 \(correlation (0\.99|1\.0)/) },
      ]);
    }
  });

  it('different subjects are neither', async () => {
    const subjects = Object.assign(
      {},
      ...Array.from({ length: 12 }, (_, i) => plainCase('bids', `s${i}`, i)),
    ) as Files;
    const { report } = await check(subjects);
    expect(report.summary.findings).toEqual({});
  });
});

describe('masks', () => {
  const box = boxMask([8, 8, 8]);
  it.each([
    ['0 and 255', { voxels: boxMask([8, 8, 8], [3, 3, 3], 255) }, [255]],
    ['int64', { voxels: BigInt64Array.from(box, BigInt) }, [1]],
    ['float64', { voxels: Float64Array.from(box) }, [1]],
    ['float32 of label 2', { voxels: Float32Array.from(box, (value) => 2 * value) }, [2]],
    ['MetaImage', undefined, [1]],
  ] as [string, Files[string] | undefined, number[]][])('as %s count alike', async (_, mask, labels) => {
    const files: Files = mask
      ? withB(B_SCAN, mask)
      : { 'sub-b_ses-1_T1w.nii.gz': B_SCAN, 'sub-b_ses-1_lesion_mask.mha': B_MASK };
    const { code, report } = await check(files);
    expect([code, caseOf(report).truths]).toMatchObject([0, [{ voxels: 27, labels }]]);
    expect(caseOf(report).oddities.map((oddity) => oddity.code)).toEqual(labels[0] === 1 ? [] : ['labels']);
  });

  it('of one scan are united, and overlap counts once, whatever the order of their axes', async () => {
    const { report } = await check({
      'sub-b_T1w.nii.gz': B_SCAN,
      'sub-b_label-1_desc-lesion_mask.nii.gz': { voxels: boxMask([8, 8, 8]) },
      // Overlaps the first one in 2 × 3 × 3 voxels.
      'sub-b_label-2_desc-lesion_mask.nii.gz': flippedLeft(boxMask([9, 8, 8])),
      'sub-b_label-3_desc-lesion_mask.nii.gz': { voxels: boxMask([2, 2, 2], [1, 1, 1], 255) },
    });
    const found = caseOf(report, 'sub-b');
    // 27 + 9 + 1
    expect(found.truths).toMatchObject([{ voxels: 37, components: { '26': 2 } }]);
    expect(found.truths[0]!.files).toHaveLength(3);
    expect(found.oddities.map(({ message }) => message)).toContain(
      '3 masks are united; 18 of 37 voxels are in several and count once',
    );
  });

  it('that are empty, or cover most of the grid, are odd and accepted', async () => {
    const empty = await check(withB(B_SCAN, { voxels: new Uint8Array(box.length) }));
    expect([empty.code, caseOf(empty.report).oddities]).toMatchObject([0, [{ code: 'empty_mask' }]]);
    const inverted = await check(withB(B_SCAN, { voxels: box.map((value) => 1 - value) }));
    expect([inverted.code, caseOf(inverted.report).oddities]).toMatchObject([0, [{ code: 'large_mask' }]]);
  });
});

describe('scans', () => {
  it('with NaN, negative values or one value only are odd and accepted', async () => {
    const values = Float32Array.from(scanValues(2), (value, at) =>
      at === 5 ? Number.NaN : at === 6 ? -3 : value,
    );
    const odd = await check(withB({ voxels: values }, B_MASK));
    expect(odd.code).toBe(0);
    expect(caseOf(odd.report).oddities.map(({ code }) => code)).toEqual(['not_finite', 'negative']);
    expect(caseOf(odd.report).inputs).toMatchObject([{ notFinite: 1, min: -3 }]);
    const constant = await check(withB({ voxels: new Int16Array(values.length).fill(7) }, B_MASK));
    expect(caseOf(constant.report).oddities).toMatchObject([{ code: 'constant' }]);
  });

  it('whose header readers see differently are made canonical, and listed', async () => {
    const file = niftiFile({
      dim: [3, ...SHAPE, 1, 1, 1, 1],
      datatype: 4,
      sformCode: 0,
      data: new Uint8Array(scanValues(2).buffer),
    });
    const affine = [-1, 0, 0, 11.5, 0, 1, 0, -10.5, 0, 0, 1, -9.5, 0, 0, 0, 1];
    const { code, report } = await check(withB(file, { ...B_MASK, affine }));
    expect(code).toBe(0);
    expect(caseOf(report).oddities).toMatchObject([
      {
        code: 'header',
        slug: 't1-brain-mri',
        message: expect.stringContaining('codes of qform and sform were 0'),
      },
    ]);
    expect(caseOf(report).inputs).toMatchObject([{ orientation: 'LAS' }]);
  });

  it('with text in their header are counted, and the text itself is nowhere in the report', async () => {
    const file = niftiFile({
      dim: [3, ...SHAPE, 1, 1, 1, 1],
      datatype: 4,
      sform: AFFINE.slice(0, 12),
      descrip: 'Doe^Jane 1953',
      extension: Buffer.from('\x01\0\0\0patient name'),
      data: new Uint8Array(scanValues(2).buffer),
    });
    const { report, text } = await check(withB(gzipSync(file), B_MASK));
    expect(report.summary.headerText).toEqual({ descrip: 1, extension: 1 });
    expect(caseOf(report).inputs[0]!.headerText).toEqual([
      { field: 'descrip', bytes: 13 },
      { field: 'extension', bytes: 12 },
    ]);
    expect(text).toContain(
      'text in headers of inputs, removed from what containers see (files): descrip 1, extension 1',
    );
    expect(`${text}${JSON.stringify(report)}`).not.toMatch(/Doe|patient name/);
  });
});

describe('heldout dataset', () => {
  it.each([
    [[], /an action is missing/],
    [['seal'], /unknown action/],
    [['check'], /pass one folder/],
    [['check', 'a', 'b'], /pass one folder/],
    [['check', '/nowhere'], /doesn’t exist/],
  ])('%j is refused in words', async (args, message) => {
    await expect(datasetCommand.run(args)).rejects.toThrow(message);
  });

  it('names a report that can’t be written', async () => {
    await writeFiles(folder, A);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const run = datasetCommand.run(['check', folder, '--json', path.join(work, 'none', 'report.json')]);
    await expect(run)
      .rejects.toThrow(/none\/report\.json.*written/)
      .finally(() => vi.restoreAllMocks());
  });

  it('a file that was cut while it was copied is named', async () => {
    await writeFiles(folder, A);
    await cp(path.join(folder, A_MASK), path.join(work, 'copy'));
    await truncate(path.join(folder, A_MASK), 100);
    const { report } = await check({});
    expect(report.cases[0]!.errors).toMatchObject([
      { code: 'unreadable', slug: 'stroke-lesion-segmentation' },
    ]);
    await writeFile(path.join(folder, A_MASK), await readFile(path.join(work, 'copy')));
    expect((await check({})).code).toBe(0);
  });
});
