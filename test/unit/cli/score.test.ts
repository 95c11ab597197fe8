import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandError, UsageError } from '#cli/command.ts';
import { scoreCommand } from '#cli/score/score.ts';
import type { FolderScore } from '#cli/score/score-folder.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';

const SHAPE = [4, 3, 2] as const;
const AFFINE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

let folder: string;
let printed: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-score-'));
  await mkdir(path.join(folder, 'truth'));
  await mkdir(path.join(folder, 'prediction'));
  printed = '';
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function image(count: number, shape: readonly [number, number, number] = SHAPE) {
  const data = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => Number(i < count));
  return { shape, affine: AFFINE, data };
}

const put = (name: string, bytes: Uint8Array) => writeFile(path.join(folder, name), bytes);

const run = (...args: string[]) =>
  scoreCommand.run([
    '--truth',
    `${folder}/truth`,
    '--prediction',
    `${folder}/prediction`,
    '--threads',
    '2',
    ...args,
  ]);

async function scores(...args: string[]): Promise<FolderScore> {
  expect(await run('--json', `${folder}/scores.json`, ...args)).toBe(0);
  return JSON.parse(await readFile(`${folder}/scores.json`, 'utf8')) as FolderScore;
}

describe('heldout score', () => {
  test('pairs by name without extension; what is missing or wrong counts as the worst', async () => {
    await put('truth/a.nii.gz', encodeNifti(image(4)));
    await put('prediction/a.mha', encodeMetaImage(image(4)));
    await put('truth/b.nii', encodeNifti({ ...image(2), gzipLevel: null }));
    await put('truth/c.mha', encodeMetaImage(image(6)));
    await put('prediction/c.nii.gz', encodeNifti(image(6, [3, 4, 2])));
    await put('prediction/d.nii.gz', encodeNifti(image(1)));
    await put('truth/._a.nii.gz', Buffer.from('left by macOS'));
    const { cases, aggregates } = await scores();
    expect(cases).toEqual([
      {
        case: 'a',
        status: 'scored',
        code: null,
        message: null,
        metrics: expect.objectContaining({ dice: 1 }),
      },
      { case: 'b', status: 'failed', code: 'NO_OUTPUT', message: expect.any(String), metrics: {} },
      {
        case: 'c',
        status: 'rejected',
        code: 'SHAPE',
        message: expect.stringContaining('3 × 4 × 2'),
        metrics: {},
      },
    ]);
    // Dice 1, 0, 0; volume differences 0 and twice the largest true volume, 6 voxels.
    expect(aggregates.dice).toMatchObject({ mean: 0.3333333333, median: 0, n: 3, failed: 2 });
    expect(aggregates.volume_difference_voxels).toMatchObject({ mean: 4, max: 6, n: 3, failed: 2 });
    expect(aggregates.hd.max).toBeCloseTo(Math.sqrt(29), 9);
    expect(output).toContain('no true mask is named d');
    expect(output).toContain('3 cases: 1 scored, 1 rejected, 1 without a prediction');
    expect(printed).toContain('rejected SHAPE');
    expect(printed).toMatch(/dice +0\.333/);
    expect((await readdir(folder)).sort()).toEqual(['prediction', 'scores.json', 'truth']);
  });

  test('a case without a true lesion is left out of sensitivity, failed or not', async () => {
    for (const name of ['a', 'b']) await put(`truth/${name}.nii.gz`, encodeNifti(image(0)));
    await put('truth/c.nii.gz', encodeNifti(image(4)));
    for (const name of ['a', 'c']) await put(`prediction/${name}.nii.gz`, encodeNifti(image(2)));
    const { aggregates } = await scores();
    expect(aggregates.sensitivity).toMatchObject({ mean: 0.5, n: 1, failed: 0 });
    expect(aggregates.dice).toMatchObject({ n: 3, failed: 1 });
  });

  test('connectivity and probability maps are options; without maps pr_auc has no value', async () => {
    const diagonal = {
      ...image(0),
      data: Uint8Array.from({ length: 24 }, (_, i) => Number(i === 0 || i === 5)),
    };
    await put('truth/a.nii.gz', encodeNifti(diagonal));
    await put('prediction/a.nii.gz', encodeNifti(image(0)));
    expect((await scores()).cases[0]!.metrics.lesion_count_difference).toBe(2);
    expect((await scores()).aggregates.pr_auc).toMatchObject({ mean: null, n: 0 });
    await mkdir(path.join(folder, 'maps'));
    await put(
      'maps/a.nii.gz',
      encodeNifti({ ...diagonal, data: Float32Array.from(diagonal.data, (v) => v / 2) }),
    );
    const { cases } = await scores('--connectivity', '18', '--maps', `${folder}/maps`);
    expect(cases[0]!.metrics).toMatchObject({ lesion_count_difference: 1, pr_auc: 1 });
  });

  test('a map that is missing is 0, one that is none rejects its case, one of no case is pointed out', async () => {
    for (const name of ['a', 'b']) {
      await put(`truth/${name}.nii.gz`, encodeNifti(image(4)));
      await put(`prediction/${name}.nii.gz`, encodeNifti(image(4)));
    }
    await mkdir(path.join(folder, 'maps'));
    await put('maps/b.nii.gz', encodeNifti(image(4, [3, 4, 2])));
    await put('maps/c.nii.gz', encodeNifti(image(4)));
    const { cases, aggregates } = await scores('--maps', `${folder}/maps`);
    expect(cases).toMatchObject([
      { status: 'scored', metrics: { dice: 1, pr_auc: 0 } },
      { status: 'rejected', code: 'SHAPE', message: expect.stringMatching(/^The probability map/) },
    ]);
    // Dice (1 + 0) / 2; both cases count for pr_auc too.
    expect(aggregates.dice).toMatchObject({ mean: 0.5, failed: 1 });
    expect(aggregates.pr_auc).toMatchObject({ mean: 0, n: 2, failed: 1 });
    expect(output).toMatch(/maps: no true mask is named c; not scored/);
  });

  test('--missing-geometry accepts masks and maps without geometry, voxel by voxel as stored', async () => {
    const away = { ...image(4), affine: AFFINE.with(3, -17).with(0, -1) };
    await mkdir(path.join(folder, 'maps'));
    await put('truth/a.nii.gz', encodeNifti(away));
    await put('prediction/a.nii.gz', encodeNifti(image(4)));
    await put('maps/a.mha', encodeMetaImage({ ...image(4), data: Float32Array.from(image(4).data) }));
    const maps = ['--maps', `${folder}/maps`];
    expect((await scores(...maps)).cases[0]).toMatchObject({
      code: 'AFFINE',
      message: expect.stringMatching(/The output’s header holds no position at all/),
    });
    expect((await scores(...maps, '--missing-geometry')).cases[0]).toMatchObject({
      metrics: { dice: 1, pr_auc: 1 },
    });
    await put('prediction/a.nii.gz', encodeNifti(image(4, [3, 4, 2])));
    expect((await scores('--missing-geometry')).cases[0]!.code).toBe('SHAPE');
    const shifted = { ...image(4), affine: AFFINE.with(3, 1) };
    await put('prediction/a.nii.gz', encodeNifti(shifted));
    expect((await scores('--missing-geometry')).cases[0]!.code).toBe('AFFINE');
  });

  test('--json - prints the JSON alone', async () => {
    await put('truth/a.nii.gz', encodeNifti(image(4)));
    expect(await run('--json', '-')).toBe(0);
    expect(JSON.parse(printed).cases).toHaveLength(1);
  });
});

describe('what it refuses, in a sentence', () => {
  test('a true mask that is none, by its path; no file is written', async () => {
    await put('truth/a.nii.gz', Buffer.from('no image'));
    await put('prediction/a.nii.gz', encodeNifti(image(4)));
    await expect(run('--json', `${folder}/scores.json`)).rejects.toThrow(
      /truth\/a\.nii\.gz: The true mask can't be used/,
    );
    await expect(run()).rejects.toThrow(CommandError);
    expect(await readdir(folder)).not.toContain('scores.json');
  });

  test('a folder that is not there or empty, and two files of one name', async () => {
    await expect(run('--prediction', '/nowhere')).rejects.toThrow(/contains no \.nii|\/nowhere/);
    await expect(run()).rejects.toThrow(/truth contains no \.nii/);
    await put('truth/a.nii', encodeNifti(image(1)));
    await put('truth/a.nii.gz', encodeNifti(image(1)));
    await expect(run()).rejects.toThrow(/both a\.nii and a\.nii\.gz/);
  });

  test('options', async () => {
    await expect(scoreCommand.run(['--truth', 'x'])).rejects.toThrow(UsageError);
    await expect(run('--threads', '0')).rejects.toThrow(/whole number/);
    await expect(run('--connectivity', '7')).rejects.toThrow(/6, 18 or 26/);
  });

  test("a report that can't be written", async () => {
    await put('truth/a.nii.gz', encodeNifti(image(1)));
    await expect(run('--json', `${folder}/nowhere/scores.json`)).rejects.toThrow(/can't be written/);
  });
});
