import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleAlgorithm, EXAMPLE_ALGORITHMS, type ExampleAlgorithm } from '#examples/build.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { execInputFiles } from '#runner/sandbox/contract-exec.ts';
import { phantom } from './phantom.ts';

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

/** The bundled script as the image holds it, on files as the runner writes them. */
async function run(algorithm: ExampleAlgorithm, scan: Uint8Array, format: 'NII_GZ' | 'MHA'): Promise<Run> {
  const root = await mkdtemp(path.join(folder, `${algorithm}-`));
  for (const file of execInputFiles({ id: 'k3x9', format, scan, metadata: METADATA })) {
    const target = path.join(root, 'input', file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.bytes);
  }
  await mkdir(path.join(root, 'output'));
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(folder, `${algorithm}.mjs`), root], (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, log: stdout + stderr, root });
    });
  });
}

async function onlyMask(root: string) {
  const names = await readdir(path.join(root, MASK));
  expect(names).toHaveLength(1);
  return readVolume(await readFile(path.join(root, MASK, names[0]!)));
}

const LESION = { centre: [34, 5, 20] as const, radiusMm: 13 };

describe('an example algorithm', () => {
  it.each(['asymmetry', 'threshold', 'empty'] as const)(
    '%s writes exactly one binary mask on the grid of the scan',
    async (algorithm) => {
      const { scan } = phantom({ lesions: [LESION] });
      const { exitCode, log, root } = await run(
        algorithm,
        encodeNifti({ ...scan, data: scan.values }),
        'NII_GZ',
      );
      expect(log).toMatch(/read images\/t1-brain-mri\/k3x9\.nii\.gz: 90 × 104 × 80 voxels of 2 × 2 × 2 mm/);
      expect(exitCode).toBe(0);
      const mask = await onlyMask(root);
      expect(mask.shape).toEqual(scan.shape);
      expect(mask.affine).toEqual(scan.affine);
      expect(mask.dtype).toBe('uint8');
      const values = new Set<number | bigint>(mask.data);
      expect([...values].sort()).toEqual(algorithm === 'empty' ? [0] : [0, 1]);
    },
  );

  it('reads MetaImage too, and answers on the same grid in space', async () => {
    const { scan } = phantom();
    const { exitCode, root } = await run('empty', encodeMetaImage({ ...scan, data: scan.values }), 'MHA');
    expect(exitCode).toBe(0);
    expect((await onlyMask(root)).affine).toEqual(scan.affine);
  });

  it('ends with an error and its reason where the scan is unreadable, and writes nothing', async () => {
    const { exitCode, log, root } = await run('threshold', Buffer.from('no scan at all'), 'NII_GZ');
    expect(exitCode).toBe(1);
    expect(log).toContain('failed: The file (14 bytes) is neither NIfTI');
    expect(await readdir(path.join(root, 'output'))).toEqual([]);
  });

  it('crash ends with an error on a large lesion, and with a mask on a small one', async () => {
    const large = phantom({ lesions: [{ centre: [30, 0, 22], radiusMm: 24 }] }).scan;
    const failed = await run('crash', encodeNifti({ ...large, data: large.values }), 'NII_GZ');
    expect(failed.exitCode).toBe(1);
    expect(failed.log).toMatch(/failed: \d+ dark voxels do not fit into a list of \d+/);
    expect(await readdir(path.join(failed.root, 'output'))).toEqual([]);
    const small = phantom({ lesions: [LESION] }).scan;
    expect((await run('crash', encodeNifti({ ...small, data: small.values }), 'NII_GZ')).exitCode).toBe(0);
  });
});
