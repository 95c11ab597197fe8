import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatasetCase, truthPaths } from '#cli/dataset/case.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { synthesizeCommand } from '#cli/synthesize/synthesize.ts';
import {
  defaultTemplatePath,
  type LoadedTemplate,
  loadTemplate,
} from '#examples/synthetic/anatomy/template-file.ts';
import { planCase } from '#examples/synthetic/plan.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { readVolume } from '#runner/imaging/read.ts';

const SEED = 'a secret seed';
let folder: string;
let template: LoadedTemplate;
let reference: string;

const make = (out: string, changes: Partial<Parameters<typeof synthesizeDataset>[0]> = {}) =>
  synthesizeDataset({
    out,
    seed: SEED,
    prefix: '',
    preview: false,
    variant: 'lesions',
    caseCount: 2,
    threads: 2,
    resume: false,
    template,
    ...changes,
  });

/** The only mask of a case. */
function truthOf({ truths }: DatasetCase): string {
  const paths = truthPaths(truths[LESIONS]!);
  expect(paths).toHaveLength(1);
  return paths[0]!;
}

async function contents(root: string): Promise<Map<string, string>> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  const entries = await Promise.all(
    paths.map(async (file) => [path.relative(root, file), await readFile(file, 'base64')] as const),
  );
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-synthetic-'));
  template = await loadTemplate(defaultTemplatePath()!);
  reference = path.join(folder, 'reference');
  await make(reference);
});
afterAll(() => rm(folder, { recursive: true }));

describe('synthetic dataset on disk', () => {
  it('is read as a BIDS dataset, with metadata and truth', async () => {
    const { cases } = await readDataset(reference);
    expect(cases.map((entry) => entry.name)).toEqual(['sub-0001_ses-1', 'sub-0002_ses-1']);
    for (const [index, entry] of cases.entries()) {
      const plan = planCase(SEED, index);
      const truthPath = truthOf(entry);
      expect(entry.metadata).toEqual({
        CENTER: plan.site.name,
        CHRONICITY: plan.chronicity,
        DAYS_POST_STROKE: plan.daysPostStroke,
      });
      const facts = JSON.parse(await readFile(truthPath.replace('_mask.nii.gz', '_truth.json'), 'utf8'));
      const voxels = (readVolume(await readFile(truthPath)).data as Uint8Array).filter(Boolean).length;
      expect(facts.volumeMl).toBe(voxels / 1000);
      expect(facts.lesionCount).toBe(plan.lesions.length);
      expect(facts.territory).toBe(plan.territory);
      expect(facts.description).toContain('TRUTH');
    }
  });

  it('is on the ATLAS grid, in int16 and uint8, and its headers reveal nothing about the lesion', async () => {
    const headers = new Set<string>();
    for (const entry of (await readDataset(reference)).cases) {
      const [scanPath, truthPath] = [entry.inputs[T1]!.path, truthOf(entry)];
      const [scan, truth] = [readVolume(await readFile(scanPath)), readVolume(await readFile(truthPath))];
      expect([scan.dtype, truth.dtype]).toEqual(['int16', 'uint8']);
      for (const volume of [scan, truth]) {
        expect(volume.shape).toEqual([197, 233, 189]);
        expect(volume.affine).toEqual([1, 0, 0, -98, 0, 1, 0, -134, 0, 0, 1, -72, 0, 0, 0, 1]);
      }
      const header = gunzipSync(await readFile(scanPath)).subarray(0, 352);
      header.fill(0, 112, 116); // scl_slope: the scanner's brightness
      headers.add(header.toString('hex'));
    }
    // Except for the slope, all scans have the same header.
    expect(headers.size).toBe(1);
  });

  it('is the same for any number of threads', async () => {
    const single = path.join(folder, 'single');
    await make(single, { threads: 1 });
    expect(await contents(single)).toEqual(await contents(reference));
  });

  it('resumes where an interrupted run stopped, and adds cases', async () => {
    const interrupted = path.join(folder, 'interrupted');
    await cp(path.join(reference, 'sub-0002'), path.join(interrupted, 'sub-0002'), { recursive: true });
    await mkdir(path.join(interrupted, '.partial-sub-0001', 'ses-1'), { recursive: true });
    await writeFile(path.join(interrupted, '.partial-sub-0001', 'ses-1', 'half'), 'half');
    await expect(make(interrupted)).rejects.toThrow(/is not empty. Use --resume/);
    expect(await make(interrupted, { resume: true })).toEqual({ made: 1, kept: 1 });
    expect(await contents(interrupted)).toEqual(await contents(reference));
    expect(await make(interrupted, { resume: true, caseCount: 3 })).toEqual({ made: 1, kept: 2 });
    expect(await readdir(interrupted)).toContain('sub-0003');
  });

  it('leaves only complete cases when killed, and gives the same dataset after resuming', async () => {
    const killed = path.join(folder, 'killed');
    await mkdir(killed);
    const changes = watch(killed, { signal: AbortSignal.timeout(50_000) });
    const root = path.resolve(import.meta.dirname, '../../../..');
    const run = spawn(
      process.execPath,
      ['cli/main.ts', 'synthesize', killed, '--cases', '2', '--seed', SEED, '--threads', '1'],
      { cwd: root, stdio: 'ignore' },
    );
    const ended = once(run, 'exit');
    // Killed as soon as the first case has its final name, while the second is in progress.
    for await (const { filename } of changes) if (filename === 'sub-0001') break;
    run.kill('SIGKILL');
    await ended;
    expect(await readdir(killed)).not.toContain('participants.tsv');
    const whole = await contents(reference);
    const left = [...(await contents(killed))].filter(([name]) => name.startsWith('sub-'));
    expect(left.length % 3).toBe(0);
    for (const [name, content] of left) expect(content).toBe(whole.get(name));
    await make(killed, { resume: true });
    expect(await contents(killed)).toEqual(whole);
  });

  it('does not resume with cases of another seed or from another source', async () => {
    const other = path.join(folder, 'other');
    await cp(reference, other, { recursive: true });
    await expect(make(other, { resume: true, seed: 'another' })).rejects.toThrow('comes from another seed');
    const facts =
      'sub-0001/ses-1/anat/sub-0001_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_truth.json';
    await writeFile(path.join(other, facts), '{ "plan": ');
    await expect(make(other, { resume: true })).rejects.toThrow('comes from another seed');
    await cp(path.join(reference, facts), path.join(other, facts));
    await mkdir(path.join(other, 'sub-r001s001'));
    await expect(make(other, { resume: true })).rejects.toThrow(
      'sub-r001s001, which this command did not create',
    );
  });

  it('contains neither the seed nor anything derived only from it', async () => {
    for (const [name, content] of await contents(reference)) {
      expect(name).not.toContain(SEED);
      if (!name.endsWith('.gz')) expect(Buffer.from(content, 'base64').toString()).not.toContain(SEED);
    }
  });
});

describe('heldout synthesize', () => {
  it.each([
    [[], 'pass one output folder'],
    [['out', 'more', '--cases', '1', '--seed', 's'], 'pass one output folder'],
    [['out', '--seed', 's'], '--cases is missing'],
    [['out', '--cases', '0', '--seed', 's'], '1 to 10000, not "0"'],
    [['out', '--cases', '10001', '--seed', 's'], 'not "10001"'],
    [['out', '--cases', '2.5', '--seed', 's'], 'not "2.5"'],
    [['out', '--cases', '2'], '--seed or --seed-file'],
    [['out', '--cases', '2', '--seed', ''], 'the seed is empty'],
    [['out', '--cases', '2', '--seed', 's', '--threads', '0'], '--threads takes a whole number'],
    [['out', '--cases', '2', '--seed', 's', '--prefix', 'a/b'], '--prefix takes'],
    [['out', '--cases', '2', '--seed', 's', '--template', '/nowhere/t1.nii'], "t1.nii can't be read"],
    [['out', '--cases', '2', '--seed-file', '/nowhere/seed'], 'seed file'],
  ])('rejects %j', async (args, message) => {
    await expect(synthesizeCommand.run(args)).rejects.toThrow(message);
  });

  it('reports if OUT is a file', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(synthesizeCommand.run([file, '--cases', '1', '--seed', 's'])).rejects.toThrow(
      "can't be used as a folder",
    );
  });

  it('does not change a folder that is in use', async () => {
    await expect(synthesizeCommand.run([folder, '--cases', '1', '--seed', 's'])).rejects.toThrow(
      'is not empty',
    );
    expect(await readdir(folder)).not.toContain('participants.tsv');
  });
});
