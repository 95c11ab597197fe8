import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { sealTestSet } from '#cli/testset/seal-test-set.ts';
import { parseDivisions } from '#cli/testset/site-strata.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { publicTestSetSchema, SEALED_FORMAT_1 } from '#lib/domain/test-sets/manifest.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { seal } from '#runner/secrets/seal.ts';
import { openTestSet, type TestSet } from '#runner/secrets/test-set.ts';

const AFFINE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const image = (slug: string, kind = 'Image', format = 'nii.gz') => {
  return { slug, title: slug, kind, relative_path: `images/${slug}`, format };
};
const value = (slug: string, kind: string, more: object = {}) => {
  return { slug, title: slug, kind, relative_path: `${slug}.json`, ...more };
};

let folder: string;
let key: RunnerKey;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-format-2-'));
  key = await loadOrCreateKey(path.join(folder, 'key'));
  await mkdir(path.join(folder, 'set'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, bytes: Uint8Array | string): Promise<void> {
  const file = path.join(folder, 'set', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

function volume(shape: readonly [number, number, number], of: (index: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, index) => of(index));
  return encodeNifti({ shape, affine: AFFINE, data });
}

interface Sealed {
  set: TestSet;
  header: ReturnType<typeof publicTestSetSchema.parse>;
  worst: Record<string, number>;
}

async function sealed(task: Task, options: Partial<Parameters<typeof sealTestSet>[0]> = {}): Promise<Sealed> {
  const out = path.join(folder, 'sealed');
  const report = await sealTestSet({
    task,
    recipient: key.recipient,
    out,
    now: new Date(0),
    onProgress: () => undefined,
    ...options,
    dataset: options.dataset ?? (await readDataset(path.join(folder, 'set'))),
  });
  const files = new Map<string, Buffer>();
  const tar = extract();
  createReadStream(out).pipe(tar);
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  const header = publicTestSetSchema.parse(JSON.parse(files.get('testset.json')!.toString()));
  const set = await openTestSet(key, async (name) => files.get(name)!, {
    recipient: key.recipient,
    manifestBlob: 'manifest.age',
    groundTruthBlob: files.has('ground-truth.age') ? 'ground-truth.age' : null,
    cases: Array.from({ length: report.caseCount }, (_, index) => {
      const number = String(index).padStart(4, '0');
      return { index, inputBlob: `cases/${number}.inputs.age`, truthBlob: `cases/${number}.truths.age` };
    }),
  });
  return { set, header, worst: report.worst };
}

const text = (files: ReadonlyMap<string, Uint8Array>, slug: string) =>
  Buffer.from(files.get(slug)!).toString();

describe('a set of values', () => {
  const TASK = taskSchema.parse({
    inputs: [image('scan'), value('age', 'Float'), { ...image('extra'), required: false }],
    outputs: [value('points', 'Float'), value('walks', 'Float')],
    scoring: { kind: 'values', outputs: ['points', 'walks'], truthKinds: { walks: 'Bool' } },
  });
  const table = (...rows: string[]) =>
    write(
      'cases.csv',
      ['case,input:scan,input:age,truth:points,truth:walks,stratum:site', ...rows].join('\n'),
    );
  const scans = async () => {
    for (const name of ['a', 'b'])
      await write(
        `${name}.nii.gz`,
        volume([3, 4, 5], (i) => (i * 7 + name.charCodeAt(0)) % 90),
      );
  };

  it('has images and values under their slugs, and worst values by the range of the truth', async () => {
    await scans();
    await table('a,a.nii.gz,61.5,10,true,R1', 'b,b.nii.gz,70,50,false,R2');
    const { set, header, worst } = await sealed(TASK);
    expect(header).toMatchObject({
      inputs: ['scan', 'age'],
      truths: ['points', 'walks'],
      hasGroundTruth: false,
    });
    for (const index of [0, 1]) {
      const isA = set.case(index).name === 'a';
      const [inputs, truths] = [await set.openInputs(index), await set.openTruths(index)];
      expect([...inputs.keys()]).toEqual(['scan', 'age']);
      expect(text(inputs, 'age')).toBe(isA ? '61.5' : '70');
      expect(text(truths, 'points')).toBe(isA ? '10' : '50');
      expect(text(truths, 'walks')).toBe(String(isA));
      expect(set.case(index)).toMatchObject({ strata: { site: isA ? 'R1' : 'R2' } });
    }
    expect(worst).toMatchObject({
      'absolute_error:points': 40,
      'squared_error:points': 1600,
      'brier:walks': 1,
    });
    expect(Object.keys(worst)).not.toContain('mae:points');
  });

  it('gives the site the strata that are asked for, in the order of the sealed cases, and none otherwise', async () => {
    await scans();
    await table('a,a.nii.gz,61.5,10,true,R10', 'b,b.nii.gz,70,50,false,R2');
    expect((await sealed(TASK)).header).toMatchObject({ strata: [] });
    const { set, header } = await sealed(TASK, { divisions: parseDivisions('site') });
    const isA = [0, 1].map((index) => set.case(index).name === 'a');
    expect(header).toMatchObject({
      strata: [{ of: 'site', names: ['R2', 'R10'], cases: isA.map((is) => (is ? 1 : 0)) }],
    });
    for (const [asked, refusal] of [
      ['age', /these cases have no age\. Name a column stratum:age/],
      ['chronicity', /metadata of these cases says no chronicity/],
      ['lesion-volume', /follows from masks, and the task has none/],
      ['site=1/2', /only lesion-volume takes bounds/],
      ['site,site', /Two divisions have the same name/],
    ] as const) {
      await expect(sealed(TASK, { divisions: parseDivisions(asked) }), asked).rejects.toThrow(refusal);
    }
  });

  it('is refused if a truth has another kind, is missing or never differs', async () => {
    await scans();
    await table('a,a.nii.gz,61.5,many,true,R1', 'b,b.nii.gz,70,50,false,R2');
    await expect(sealed(TASK)).rejects.toThrow(/^a: the true value of points must be of the kind Float/);
    await table('a,a.nii.gz,61.5,50,true,R1', 'b,b.nii.gz,70,50,false,R2');
    await expect(sealed(TASK)).rejects.toThrow(/All true values of points are equal/);
    await table('a,a.nii.gz,61.5,,true,R1', 'b,b.nii.gz,70,50,false,R2');
    await expect(sealed(TASK)).rejects.toThrow(/a: /);
  });
});

it('strata by lesion volume and count follow from the masks', async () => {
  for (const [name, voxels] of [
    ['a', 0],
    ['b', 1500],
    ['c', 12_000],
    ['d', 900],
  ] as const) {
    await write(
      `${name}_t1.nii.gz`,
      volume([30, 30, 30], (index) => (index * (voxels + 7)) % 91),
    );
    await write(
      `${name}_mask.nii.gz`,
      volume([30, 30, 30], (index) => (index < voxels ? 1 : 0)),
    );
  }
  await write(
    'cases.csv',
    [
      'case,input:t1-brain-mri,truth:stroke-lesion-segmentation',
      ...['a', 'b', 'c', 'd'].map((name) => `${name},${name}_t1.nii.gz,${name}_mask.nii.gz`),
    ].join('\n'),
  );
  const strataOf = async (asked: string) => {
    const { set, header } = await sealed(STROKE_T1, { divisions: parseDivisions(asked) });
    const [division] = 'strata' in header ? header.strata : [];
    const names = division!.cases.map((place, index) => [set.case(index).name, division!.names[place!]]);
    return Object.fromEntries(names);
  };
  expect(await strataOf('lesion-volume')).toEqual({
    ...{ a: 'under 1 ml', b: '1 to 10 ml', c: '10 to 50 ml', d: 'under 1 ml' },
  });
  expect(await strataOf('lesion-volume=1.2')).toMatchObject({ b: '1.2 ml or more', d: 'under 1.2 ml' });
  expect(await strataOf('lesion-volume=halves')).toEqual({
    ...{ a: 'smaller half', b: 'larger half', c: 'larger half', d: 'smaller half' },
  });
  expect(await strataOf('lesion-count')).toEqual({ a: 'none', b: '1', c: '1', d: '1' });
  await expect(strataOf('lesion-volume=5/1')).rejects.toThrow(/rising bounds/);
});

it('a mask with labels keeps them, on the grid that the task names, with worst values for each', async () => {
  const task = taskSchema.parse({
    inputs: [image('t2'), image('t1')],
    outputs: [image('tissue', 'Segmentation')],
    scoring: {
      kind: 'segmentation',
      output: 'tissue',
      grid: 't1',
      labels: [
        { value: 1, name: 'gray' },
        { value: 2, name: 'white' },
      ],
    },
  });
  for (const name of ['a', 'b']) {
    await write(
      `${name}/t2.nii.gz`,
      volume([3, 3, 3], (i) => (i + name.charCodeAt(0)) % 50),
    );
    await write(
      `${name}/t1.nii.gz`,
      volume([4, 4, 4], (i) => (i * 3 + name.charCodeAt(0)) % 50),
    );
    await write(
      `${name}/tissue.nii.gz`,
      volume([4, 4, 4], (i) => (i < 8 ? 1 : i < 12 ? 2 : 0)),
    );
  }
  const dataset = () =>
    readDataset(path.join(folder, 'set'), {
      inputs: ['t1={id}/t1.nii.gz', 't2={id}/t2.nii.gz'],
      truths: ['tissue={id}/tissue.nii.gz'],
    });
  const { worst, set } = await sealed(task, { dataset: await dataset() });
  expect(worst['volume_difference_voxels@gray']).toBe(8);
  expect(worst['volume_difference_voxels@white']).toBe(4);
  expect(worst['volume_difference_voxels']).toBe(8);
  expect([...(await set.openInputs(0)).keys()].sort()).toEqual(['t1', 't2']);
  await write(
    'b/tissue.nii.gz',
    volume([4, 4, 4], (i) => (i < 8 ? 1 : 3)),
  );
  await expect(sealed(task, { dataset: await dataset() })).rejects.toThrow(/b: tissue\.nii\.gz: /);
  await write(
    'b/tissue.nii.gz',
    volume([3, 3, 3], () => 1),
  );
  await expect(sealed(task, { dataset: await dataset() })).rejects.toThrow(/b: /);
});

it('pictures and an archive for a scorer are sealed as they are', async () => {
  const task = taskSchema.parse({
    inputs: [image('photo', 'Image', 'png')],
    outputs: [image('drawing', 'Segmentation', 'png')],
    scoring: { kind: 'segmentation', output: 'drawing', grid: 'photo' },
  });
  const photo = (red: number) => encodePng(4, 3, new Uint8Array(36).fill(red));
  for (const name of ['a', 'b']) {
    await write(`photos/${name}.png`, photo(name.charCodeAt(0)));
    await write(
      `masks/${name}.png`,
      encodePng(
        4,
        3,
        Uint8Array.from({ length: 12 }, (_, i) => Number(i < 5)),
        'gray',
      ),
    );
  }
  const dataset = () =>
    readDataset(path.join(folder, 'set'), {
      inputs: ['photo=photos/{id}.png'],
      truths: ['drawing=masks/{id}.png'],
    });
  const groundTruth = path.join(folder, 'truth.tar');
  await writeFile(groundTruth, 'an archive');
  const { set, header, worst } = await sealed(task, { dataset: await dataset(), groundTruth });
  expect(header).toMatchObject({ hasGroundTruth: true });
  expect(worst['volume_difference_voxels']).toBe(5);
  const opened = (await set.openGroundTruth())!;
  expect([opened.file, Buffer.from(opened.bytes).toString()]).toEqual(['truth.tar', 'an archive']);
  await write('masks/b.png', encodePng(3, 3, new Uint8Array(9).fill(1), 'gray'));
  await expect(sealed(task, { dataset: await dataset() })).rejects.toThrow(
    /b: b\.png: it has 3 × 3 pixels, but its picture has 4 × 3/,
  );
});

it('a set of format 1 opens as the stroke task', async () => {
  const metadata = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 30 };
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
  const manifest = {
    format: SEALED_FORMAT_1,
    cases: [
      {
        name: 'sub-a',
        ...{
          scanFile: 'a_T1w.nii.gz',
          scanSha256: sha256('scan'),
          truthFile: 'a.nii.gz',
          truthSha256: sha256('truth'),
        },
        metadata,
      },
    ],
  };
  const blobs = new Map(
    await Promise.all(
      Object.entries({ manifest: JSON.stringify(manifest), scan: 'scan', truth: 'truth' }).map(
        async ([name, content]) => [name, await seal(key.recipient, Buffer.from(content))] as const,
      ),
    ),
  );
  const set = await openTestSet(key, async (name) => blobs.get(name)!, {
    recipient: key.recipient,
    manifestBlob: 'manifest',
    cases: [{ index: 0, inputBlob: 'scan', truthBlob: 'truth' }],
  });
  const [scan, facts] = STROKE_T1.inputs.map(({ slug }) => slug) as [string, string];
  const inputs = await set.openInputs(0);
  expect(text(inputs, scan)).toBe('scan');
  expect(JSON.parse(text(inputs, facts))).toEqual(metadata);
  expect(text(await set.openTruths(0), STROKE_T1.outputs[0]!.slug)).toBe('truth');
  expect(set.case(0)).toMatchObject({ name: 'sub-a', inputNames: { [scan]: 'a_T1w.nii.gz' } });
  expect(await set.openGroundTruth()).toBeNull();
});
