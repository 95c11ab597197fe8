import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleAlgorithm, EXAMPLE_ALGORITHMS, type ExampleAlgorithm } from '#examples/build.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { caseFiles } from '#runner/sandbox/contracts/case-files.ts';
import { phantom } from '#test/support/imaging/phantom.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

const METADATA = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 200 };
const MASK = 'output/images/stroke-lesion-segmentation';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-example-contract-'));
  for (const algorithm of EXAMPLE_ALGORITHMS) {
    await writeFile(path.join(folder, `${algorithm}.mjs`), await bundleAlgorithm(algorithm));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  exitCode: number;
  log: string;
  root: string;
}

const scriptOf = (algorithm: ExampleAlgorithm) => path.join(folder, `${algorithm}.mjs`);

/** A folder with `input` and an empty `output`. */
async function makeRoot(files: readonly { path: string; bytes: Uint8Array }[]): Promise<string> {
  const root = await mkdtemp(path.join(folder, 'root-'));
  await mkdir(path.join(root, 'input'));
  await mkdir(path.join(root, 'output'));
  await layOut(root, files);
  return root;
}

async function layOut(root: string, files: readonly { path: string; bytes: Uint8Array }[]): Promise<void> {
  for (const file of files) {
    const target = path.join(root, 'input', file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.bytes);
  }
}

/** Runs the bundled script of the image until it ends. */
function runToEnd(algorithm: ExampleAlgorithm, args: readonly string[]): Promise<Omit<Run, 'root'>> {
  return new Promise((resolve) => {
    execFile(process.execPath, [scriptOf(algorithm), ...args], (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, log: stdout + stderr });
    });
  });
}

/** Runs the script under `exec`, on files as the runner writes them. */
async function run(algorithm: ExampleAlgorithm, scan: Uint8Array, format: 'nii.gz' | 'mha'): Promise<Run> {
  const root = await makeRoot(caseFiles(strokeInput({ id: 'k3x9', format, scan, metadata: METADATA })));
  return { ...(await runToEnd(algorithm, ['exec', root])), root };
}

async function onlyMask(root: string) {
  const names = await readdir(path.join(root, MASK));
  expect(names).toHaveLength(1);
  return readVolume(await readFile(path.join(root, MASK, names[0]!)));
}

const LESION = { center: [34, 5, 20] as const, radiusMm: 13 };

describe('an example algorithm under exec', () => {
  it.each(['asymmetry', 'threshold', 'empty'] as const)(
    '%s writes exactly one binary mask on the grid of the scan',
    async (algorithm) => {
      const { scan } = phantom({ lesions: [LESION] });
      const { exitCode, log, root } = await run(
        algorithm,
        encodeNifti({ ...scan, data: scan.values }),
        'nii.gz',
      );
      expect(log).toMatch(/read k3x9\.nii\.gz: 90 × 104 × 80 voxels of 2 × 2 × 2 mm/);
      expect(exitCode).toBe(0);
      const mask = await onlyMask(root);
      expect(mask.shape).toEqual(scan.shape);
      expect(mask.affine).toEqual(scan.affine);
      expect(mask.dtype).toBe('uint8');
      const values = new Set<number | bigint>(mask.data);
      expect([...values].sort()).toEqual(algorithm === 'empty' ? [0] : [0, 1]);
    },
  );

  it('also reads MetaImage, and answers on the same grid', async () => {
    const { scan } = phantom();
    const { exitCode, root } = await run('empty', encodeMetaImage({ ...scan, data: scan.values }), 'mha');
    expect(exitCode).toBe(0);
    expect((await onlyMask(root)).affine).toEqual(scan.affine);
  });

  it('exits with an error and the reason if the scan is unreadable, and writes nothing', async () => {
    const { exitCode, log, root } = await run('threshold', Buffer.from('no scan at all'), 'nii.gz');
    expect(exitCode).toBe(1);
    expect(log).toContain('failed: The file (14 bytes) is neither NIfTI');
    expect(await readdir(path.join(root, 'output'))).toEqual([]);
  });

  it('crash fails on a large lesion, and writes a mask for a small one', async () => {
    const large = phantom({ lesions: [{ center: [30, 0, 22], radiusMm: 24 }] }).scan;
    const failed = await run('crash', encodeNifti({ ...large, data: large.values }), 'nii.gz');
    expect(failed.exitCode).toBe(1);
    expect(failed.log).toMatch(/failed: \d+ dark voxels do not fit into a list of \d+/);
    expect(await readdir(path.join(failed.root, 'output'))).toEqual([]);
    const small = phantom({ lesions: [LESION] }).scan;
    expect((await run('crash', encodeNifti({ ...small, data: small.values }), 'nii.gz')).exitCode).toBe(0);
  });
});

describe('an example algorithm under invoke', () => {
  it('is healthy when ready, answers one scan after the other, and continues after a failure', async () => {
    const root = await makeRoot([]);
    const server = spawn(process.execPath, [scriptOf('threshold'), 'invoke', root, '0']);
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    const nextLine = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`The server ended without ${pattern}`);
        const match = pattern.exec(value);
        if (match) return match[1] ?? match[0];
      }
    };
    try {
      const url = `http://127.0.0.1:${await nextLine(/listening on port (\d+)/)}`;
      const ask = async (method: string, place: string) => (await fetch(`${url}${place}`, { method })).status;
      expect(await ask('GET', '/health')).toBe(200);
      expect(await ask('POST', '/elsewhere')).toBe(404);
      // /input is still empty.
      expect(await ask('POST', '/invoke')).toBe(500);
      await nextLine(/failed: .*inputs\.json/);
      for (const [id, radiusMm] of [
        ['first', 13],
        ['second', 9],
      ] as const) {
        const { scan } = phantom({ lesions: [{ ...LESION, radiusMm }] });
        const bytes = encodeNifti({ ...scan, data: scan.values });
        await rm(path.join(root, 'input'), { recursive: true, force: true });
        await rm(path.join(root, 'output', 'images'), { recursive: true, force: true });
        await layOut(root, caseFiles(strokeInput({ id, scan: bytes })));
        expect(await ask('POST', '/invoke')).toBe(201);
        await nextLine(new RegExp(`read ${id}\\.nii\\.gz`));
        const mask = await onlyMask(root);
        expect(mask.affine).toEqual(scan.affine);
        expect([...new Set<number | bigint>(mask.data)].sort()).toEqual([0, 1]);
      }
    } finally {
      server.kill('SIGKILL');
    }
  });
});

describe('an example algorithm under batch', () => {
  const bids = (id: string, suffix: string) =>
    `sub-${id}/ses-1/anat/sub-${id}_ses-1_space-MNI152NLin2009aSym_${suffix}.nii.gz`;

  it('writes the mask of every scan under its subject, and none for a scan that fails', async () => {
    const { scan } = phantom({ lesions: [LESION] });
    const bytes = encodeNifti({ ...scan, data: scan.values });
    const root = await makeRoot([
      { path: 'dataset_description.json', bytes: Buffer.from('{"Name": "cases", "BIDSVersion": "1.9.0"}') },
      { path: bids('a1', 'T1w'), bytes },
      { path: bids('b2', 'T1w'), bytes: Buffer.from('no scan at all') },
      { path: bids('c3', 'T1w'), bytes },
    ]);
    const { exitCode, log } = await runToEnd('threshold', ['batch', root]);
    expect(log).toMatch(/2 of 3\n.*failed: The file \(14 bytes\) is neither NIfTI/);
    expect(exitCode).toBe(0);
    const written = await readdir(path.join(root, 'output'), { recursive: true });
    expect(written.filter((name) => name.endsWith('.nii.gz')).sort()).toEqual([
      bids('a1', 'label-L_desc-T1lesion_mask'),
      bids('c3', 'label-L_desc-T1lesion_mask'),
    ]);
  });
});

it('an unknown contract ends an example algorithm immediately', async () => {
  const { exitCode, log } = await runToEnd('empty', ['stream']);
  expect(exitCode).toBe(1);
  expect(log).toContain('failed: ');
});
