import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '#cli/command.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { type Files, plainCase, writeFiles } from '#test/support/datasets/write-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-layouts-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Layouts are known by names; the content isn't opened. */
const touch = (...names: string[]): Files => Object.fromEntries(names.map((name) => [name, 'image']));
const at = (...names: string[]) => names.map((name) => path.join(folder, name));

describe('a layout is recognized by the names of its files', () => {
  it('ATLAS R1.1: sessions and sites are folders, and a scan has several masks', async () => {
    await writeFiles(
      folder,
      touch(
        'Site1/031768/t01/031768_t1w_deface_stx.nii.gz',
        'Site1/031768/t01/031768_LesionSmooth_stx.nii.gz',
        'Site1/031768/t01/031768_LesionSmooth_1_stx.nii.gz',
        'Site1/031768/t02/031768_t1w_deface_stx.nii.gz',
        'Site1/031768/t02/031768_LesionSmooth_stx.nii.gz',
      ),
    );
    const { layout, reason, cases } = await readDataset(folder);
    expect([layout, reason]).toEqual([
      'atlas-r1',
      '2 scans are named like Site1/031768/t01/031768_t1w_deface_stx.nii.gz',
    ]);
    expect(cases.map(({ name }) => name)).toEqual(['Site1_031768_t01', 'Site1_031768_t02']);
    expect(cases[0]!.truths['stroke-lesion-segmentation']).toEqual({
      paths: at(
        'Site1/031768/t01/031768_LesionSmooth_1_stx.nii.gz',
        'Site1/031768/t01/031768_LesionSmooth_stx.nii.gz',
      ),
      on: 't1-brain-mri',
    });
    expect(cases[0]!.metadata.CENTER).toBe('Site1');
  });

  it('ATLAS R1.2: everything is in the name', async () => {
    await writeFiles(
      folder,
      touch('c0003/c0003s0002t01_t1w_stx.nii.gz', 'c0003/c0003s0002t01_LesionSmooth_stx.nii.gz'),
    );
    const { layout, cases } = await readDataset(folder);
    expect(layout).toBe('atlas-r1');
    expect(cases).toMatchObject([{ name: 'c0003s0002t01', metadata: { CENTER: 'c0003' } }]);
  });

  it.each([
    ['atlas-2', 'atlas-2'],
    ['atlas-3-raw', 'atlas-3-raw'],
    ['bids', 'bids'],
  ] as const)('%s', async (_, layout) => {
    await writeFiles(folder, plainCase(layout, 'r001s001', 1));
    const dataset = await readDataset(folder);
    expect(dataset.layout).toBe(layout);
    expect(dataset.cases).toMatchObject([
      { name: 'sub-r001s001_ses-1', truths: { 'stroke-lesion-segmentation': {} } },
    ]);
  });

  it('ISLES 2022: three inputs, and the mask on the grid of the DWI', async () => {
    const base = 'sub-strokecase0001/ses-0001';
    const start = `${base.replace('/', '_')}_`;
    const dwi = `${base}/dwi/${start}dwi.nii.gz`;
    await writeFiles(
      folder,
      touch(
        dwi,
        `${base}/dwi/${start}adc.nii.gz`,
        `${base}/anat/${start}FLAIR.nii.gz`,
        `derivatives/${base}/${start}msk.nii.gz`,
      ),
    );
    const { layout, inputSlugs, cases } = await readDataset(folder);
    expect([layout, inputSlugs]).toEqual([
      'isles-2022',
      ['dwi-brain-mri', 'adc-brain-mri', 'flair-brain-mri'],
    ]);
    expect(cases).toMatchObject([
      {
        inputs: { 'dwi-brain-mri': { path: path.join(folder, dwi) } },
        truths: { 'stroke-lesion-segmentation': { on: 'dwi-brain-mri' } },
      },
    ]);
    await rm(path.join(folder, `${base}/anat/${start}FLAIR.nii.gz`));
    const { refused } = await readDataset(folder, { layout: 'isles-2022' });
    expect(refused.get('sub-strokecase0001_ses-0001')).toMatchObject([
      { slug: 'flair-brain-mri', message: expect.stringMatching(/has no flair-brain-mri.*Add a file like/) },
    ]);
  });

  it('a folder of two layouts is refused until one is chosen', async () => {
    await writeFiles(folder, { ...plainCase('atlas-2', 'a', 1), ...plainCase('atlas-3-raw', 'a', 2) });
    await expect(readDataset(folder)).rejects.toThrow(
      /several layouts: atlas-3-raw \(1 scans, such as .*\) and atlas-2 .*Choose one with --layout/,
    );
    const { cases } = await readDataset(folder, { layout: 'atlas-2' });
    expect(cases).toMatchObject([
      { inputs: { 't1-brain-mri': { path: expect.stringContaining('MNI152') } } },
    ]);
  });

  it('a folder without scans says what is expected', async () => {
    await writeFiles(folder, touch('readme.txt'));
    await expect(readDataset(folder)).rejects.toThrow(/No scan found .*sub-<id>.*pass --input and --truth/);
    await expect(readDataset(path.join(folder, 'none'))).rejects.toThrow(/doesn’t exist/);
    await expect(readDataset(folder, { layout: 'dicom' })).rejects.toThrow(UsageError);
  });
});

describe('files beside the images', () => {
  it('of macOS and Windows are passed over', async () => {
    const case1 = plainCase('bids', 'a', 1);
    const left = Object.keys(case1).map((name) => path.join(path.dirname(name), `._${path.basename(name)}`));
    await writeFiles(folder, {
      ...case1,
      ...touch(...left, '.DS_Store', 'sub-a/Thumbs.db', '__MACOSX/sub-b_T1w.nii.gz'),
    });
    const { cases, refused } = await readDataset(folder);
    expect([cases.length, refused.size]).toEqual([1, 0]);
  });

  it('a brain mask is not a lesion mask', async () => {
    await writeFiles(folder, touch('sub-a_T1w.nii.gz', 'sub-a_desc-brain_mask.nii.gz'));
    expect((await readDataset(folder)).cases).toMatchObject([{ truths: {} }]);
  });

  it('two scans of one name refuse that case alone, and name both', async () => {
    await writeFiles(folder, {
      ...plainCase('bids', 'a', 1),
      ...plainCase('bids', 'b', 2),
      'copy/sub-b_ses-1_T1w.nii.gz': 'image',
    });
    const { cases, refused } = await readDataset(folder);
    expect(cases.map(({ name }) => name)).toEqual(['sub-a_ses-1']);
    expect(refused.get('sub-b_ses-1')![0]!.message).toMatch(
      /exists twice .*copy\/sub-b.* and .*Keep only one/,
    );
  });

  it('a folder that links to itself is read once', async () => {
    await writeFiles(folder, plainCase('bids', 'a', 1));
    await symlink(folder, path.join(folder, 'again'));
    expect((await readDataset(folder)).cases).toHaveLength(1);
  });
});

describe('patterns', () => {
  const options = {
    inputs: ['t1-brain-mri={id}/t1.nii.gz'],
    truths: ['stroke-lesion-segmentation={id}/mask*.nii.gz'],
  };

  it('name the case, and unite several masks', async () => {
    await writeFiles(folder, touch('p1/t1.nii.gz', 'p1/mask_a.nii.gz', 'p1/mask_b.nii.gz', 'p2/t1.nii.gz'));
    const { layout, cases } = await readDataset(folder, options);
    expect(layout).toBe('pattern');
    expect(cases).toMatchObject([
      {
        name: 'p1',
        truths: { 'stroke-lesion-segmentation': { paths: at('p1/mask_a.nii.gz', 'p1/mask_b.nii.gz') } },
      },
      { name: 'p2', truths: {} },
    ]);
  });

  it('match names that aren’t ASCII, composed or not', async () => {
    const decomposed = 'Mu\u0308ller (1)/T1 +.nii.gz';
    await writeFiles(folder, touch(decomposed, 'Mu\u0308ller (1)/läsion.nii.gz'));
    const { cases } = await readDataset(folder, {
      inputs: ['t1-brain-mri={id}/T1 +.nii.gz'],
      truths: ['{id}/läsion.nii.gz'],
    });
    expect(cases).toMatchObject([{ name: 'M\u00fcller (1)', truths: { 'stroke-lesion-segmentation': {} } }]);
    // The path is that of the file, not its composed form.
    expect(cases[0]!.inputs['t1-brain-mri']!.path).toBe(path.join(folder, decomposed));
  });

  it('{id} is the same everywhere in a pattern, and ** is any folders', async () => {
    await writeFiles(folder, touch('x/y/p1/p1_t1.nii', 'p2_t1.nii', 'x/p3/p4_t1.nii'));
    const { cases } = await readDataset(folder, { inputs: ['t1-brain-mri=**/{id}/{id}_t1.nii'] });
    expect(cases.map(({ name }) => name)).toEqual(['p1']);
  });

  it.each([
    [{ inputs: ['{id}.nii'] }, /--input takes SLUG=PATTERN/],
    [{ inputs: ['t1=scan.nii'] }, /has no \{id\}/],
    [{ inputs: ['t1={id}.nii', 't1={id}.mha'] }, /two patterns have the slug "t1"/],
    [{ truths: ['{id}.nii'] }, /--truth needs --input/],
    [{ ...options, layout: 'bids' }, /belong to the layout pattern, not to bids/],
    [{ layout: 'pattern' }, /--input and --truth belong/],
    [{ inputs: ['t1=p1/{id}.nii.gz', 'flair=p1/t{id}.nii.gz'] }, /matches the patterns of t1 and flair/],
  ])('%j is refused in words', async (bad, message) => {
    await writeFiles(folder, touch('p1/t1.nii.gz'));
    await expect(readDataset(folder, bad)).rejects.toThrow(message);
  });
});

describe('a table', () => {
  it('has a column for each socket: files, several masks, values, strata and metadata', async () => {
    await writeFiles(folder, {
      ...touch('img/1.nii.gz', 'img/1a.nii.gz', 'img/1b.nii.gz', 'img/2.nii.gz'),
      'cases.csv': [
        'case;input:t1-brain-mri;input:age;truth:stroke-lesion-segmentation;truth:score;stratum:size;CENTER;DAYS_POST_STROKE;rater',
        'eins;img/1.nii.gz;71,5;img/1a.nii.gz|img/1b.nii.gz;3;small;Köln;0;x',
        'zwei;img/2.nii.gz;n/a;;true;;;12;y',
      ].join('\r\n'),
    });
    const { layout, cases, notes, inputSlugs } = await readDataset(folder);
    expect([layout, inputSlugs, notes]).toEqual([
      'table',
      ['t1-brain-mri', 'age'],
      ['Columns that are not used: rater.'],
    ]);
    expect(cases).toEqual([
      {
        name: 'eins',
        inputs: { 't1-brain-mri': { path: path.join(folder, 'img/1.nii.gz') } },
        values: { age: 71.5 },
        truths: {
          'stroke-lesion-segmentation': { paths: at('img/1a.nii.gz', 'img/1b.nii.gz'), on: null },
          score: { value: 3 },
        },
        metadata: { CENTER: 'Köln', CHRONICITY: null, DAYS_POST_STROKE: null },
        strata: { size: 'small' },
      },
      {
        name: 'zwei',
        inputs: { 't1-brain-mri': { path: path.join(folder, 'img/2.nii.gz') } },
        values: {},
        truths: { score: { value: true } },
        metadata: { CENTER: null, CHRONICITY: null, DAYS_POST_STROKE: 12 },
        strata: {},
      },
    ]);
    expect((await readDataset(path.join(folder, 'cases.csv'))).cases).toEqual(cases);
  });

  it('a file that doesn’t exist refuses its case, and names column and path', async () => {
    await writeFiles(folder, { ...touch('1.nii'), 'cases.tsv': 'case\tinput:t1\na\t1.nii\nb\t2.nii\n' });
    const { cases, refused } = await readDataset(folder);
    expect(cases).toHaveLength(1);
    expect(refused.get('b')![0]!.message).toMatch(
      /2\.nii doesn’t exist\. Correct the path in the column input:t1/,
    );
  });

  it.each([
    ['name,input:t1\na,1.nii\n', /needs a column "case"/],
    ['case,input:t1\na,1.nii\na,2.nii\n', /two rows for the case "a"/],
    ['case,input:t1\n,1.nii\n', /Row 2 .* has no name/],
    ['case,input:t1,input:t1\na,1,2\n', /two columns "input:t1"/],
    ['case,input:t1\n', /has no row/],
    ['case,input:t1\n"a,1.nii\n', /can't be read/],
  ])('%j is refused in words', async (text, message) => {
    await writeFiles(folder, { 'cases.csv': text });
    await expect(readDataset(folder)).rejects.toThrow(message);
  });
});
