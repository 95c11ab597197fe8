import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageArchive, type LayerEntry } from '#examples/images/image-archive.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import type { LoadedImage } from '#runner/types.ts';
import { debianRootfsLayer, whyNoDebianRootfs } from '#test/support/images/debian-rootfs.ts';
import { phantom } from '#test/support/imaging/phantom.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { runOne } from '#test/support/run-one.ts';
import { maskOf, strokeInput } from '#test/support/stroke-case.ts';

const PYTHON = fileURLToPath(new URL('../../../examples/python/', import.meta.url));
const SCRIPTS = ['inference.py', 'metaimage.py', 'serve.py', 'batch.py'];
/** What the example phase gives. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 2048, pids: 128, timeLimitSeconds: 120 };
const RUNNER = `python-test-${process.pid}`;

const skipped = skipWithout('examples/python', whyNoDebianRootfs());

describe.skipIf(skipped)('examples/python on a Debian root file system, in the sandbox', () => {
  let folder: string;
  let sandbox: Sandbox;
  let image: LoadedImage;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-python-'));
    sandbox = await openSandbox({ runner: RUNNER, scratch: path.join(folder, 'scratch') });
    const scripts = SCRIPTS.map(
      (name): LayerEntry => ({
        path: `app/${name}`,
        mode: 0o644,
        content: { file: path.join(PYTHON, name) },
      }),
    );
    const { file } = await buildImageArchive(path.join(folder, 'python.tar'), {
      layers: [
        await debianRootfsLayer(['python3-numpy', 'python3-nibabel']),
        [{ path: 'app/', mode: 0o755, type: 'directory' }, ...scripts],
      ],
      entrypoint: ['python3'],
      env: ['PYTHONUNBUFFERED=1', 'PYTHONDONTWRITEBYTECODE=1', `EXAMPLES_TEST=${RUNNER}`],
      user: '10001',
    });
    image = await sandbox.prepareImage(createReadStream(file), LIMITS);
    await rm(file);
  }, 600_000);
  afterAll(async () => {
    await sandbox?.sweep();
    if (image) await sandbox.removeImage(image.id);
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const { scan, truth } = phantom({ lesions: [{ center: [32, -5, 8], radiusMm: 15 }] });
  const scanFile = encodeNifti({ ...scan, data: Int16Array.from(scan.values) });
  const truthFile = encodeNifti({ ...scan, data: truth });

  /** Half a gigabyte is loaded once: each run has a command of its own. */
  async function runScored(script: string, contract: Contract, format: 'nii.gz' | 'mha') {
    const run = await runOne(sandbox, {
      image: { ...image, cmd: [script] },
      rules: { contract, limits: LIMITS },
      input: strokeInput({ id: 'k3x9', format, scan: rewriteImage(scanFile, format) }),
      name: `${RUNNER}-${contract.toLowerCase()}`,
      signal: new AbortController().signal,
    });
    if (run.kind !== 'output') throw new Error(`${run.kind}\n${run.log}`);
    const outcome = scoreCase({ truth: truthFile, prediction: maskOf(run), connectivity: 6 });
    if (outcome.status !== 'scored') throw new Error(outcome.message);
    // The ventricles are marked as well, as the method says of itself.
    expect(outcome.metrics.sensitivity).toBeGreaterThan(0.8);
    expect(outcome.metrics.dice).toBeGreaterThan(0.5);
    return run;
  }

  it.each([
    ['/app/inference.py', 'EXEC', 'nii.gz'],
    ['/app/inference.py', 'EXEC', 'mha'],
    ['/app/serve.py', 'INVOKE', 'nii.gz'],
    ['/app/serve.py', 'INVOKE', 'mha'],
    ['/app/batch.py', 'BATCH', 'nii.gz'],
  ] as const)('%s answers %s with a mask for a scan as %s', async (script, contract, format) => {
    const run = await runScored(script, contract, format);
    expect(run.outputs[LESIONS]!.ending).toBe(`.${format}`);
    expect(run.log).toContain('wrote a lesion of');
  });

  it('the limits of the phase are in the log', async () => {
    const { log } = await runScored('/app/inference.py', 'EXEC', 'nii.gz');
    expect(log).toMatch(/1 CPUs, 2147483648 bytes of memory\n.*segmenting k3x9\./);
  });
});
