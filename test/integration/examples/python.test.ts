import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageArchive, type LayerEntry } from '#examples/image-archive.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/limits.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { rewriteScan } from '#runner/imaging/rewrite.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import type { CaseInput, LoadedImage } from '#runner/types.ts';
import { debianRootfsLayer, whyNoDebianRootfs } from '#test/images/debian-rootfs.ts';
import { runOne } from '#test/run-one.ts';
import { phantom } from '../../unit/examples/phantom.ts';

const PYTHON = fileURLToPath(new URL('../../../examples/python/', import.meta.url));
const SCRIPTS = ['inference.py', 'metaimage.py', 'serve.py', 'batch.py'];
/** What the example phase gives. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 2048, pids: 128, timeLimitSeconds: 120 };
const RUNNER = `python-test-${process.pid}`;

/** Drives the server as the runner does, from the inside: what it writes is collected as by `exec`. */
const DRIVE_SERVER = `
import subprocess, sys, time, urllib.error, urllib.request
def status(path, method):
    request = urllib.request.Request("http://127.0.0.1:4743" + path, method=method)
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return None
server = subprocess.Popen([sys.executable, "/app/serve.py"])
while (health := status("/health", "GET")) is None and server.poll() is None:
    time.sleep(0.05)
print("health", health, "elsewhere", status("/", "POST"), "invoke", status("/invoke", "POST"), flush=True)
server.kill()
`;

/** Lays two scans out as BIDS, of which one is broken, runs the batch and gives the sound one's mask. */
const DRIVE_BATCH = `
import pathlib, shutil, subprocess, sys
root = pathlib.Path("/tmp/root")
scan = next(pathlib.Path("/input/images/t1-brain-mri").iterdir()).read_bytes()
for subject, content in [("sub-a", b"no scan"), ("sub-b", scan)]:
    folder = root / "input" / subject / "ses-1/anat"
    folder.mkdir(parents=True)
    (folder / f"{subject}_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz").write_bytes(content)
subprocess.run([sys.executable, "/app/batch.py", root], check=True)
print(*(path.relative_to(root / "output") for path in root.glob("output/**/*.nii.gz")), flush=True)
target = pathlib.Path("/output/images/stroke-lesion-segmentation")
target.mkdir(parents=True)
for mask in root.glob("output/sub-b/ses-1/anat/*"):
    shutil.copy(mask, target)
`;

const missing = whyNoDebianRootfs();
if (missing !== null) console.warn(`\n!!! ${missing}: examples/python is NOT tested.\n`);

describe.skipIf(missing !== null)('examples/python on a Debian root file system, in the sandbox', () => {
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

  const { scan, truth } = phantom({ lesions: [{ centre: [32, -5, 8], radiusMm: 15 }] });
  const scanFile = encodeNifti({ ...scan, data: Int16Array.from(scan.values) });
  let cases = 0;
  const truthFile = encodeNifti({ ...scan, data: truth });

  /** Half a gigabyte is loaded once: each run has a command of its own. */
  async function runScored(cmd: readonly string[], format: CaseInput['format']) {
    const run = await runOne(sandbox, {
      image: { ...image, cmd },
      limits: LIMITS,
      input: { id: 'k3x9', format, scan: rewriteScan(scanFile, format), metadata: null },
      name: `${RUNNER}-${cases++}`,
      takesProbabilityMaps: false,
      signal: new AbortController().signal,
    });
    if (run.kind !== 'output') throw new Error(`${run.kind}\n${run.log}`);
    const outcome = scoreCase({ truth: truthFile, prediction: run.bytes, connectivity: 6 });
    if (outcome.status !== 'scored') throw new Error(outcome.message);
    // The ventricles are marked as well, as the method says of itself.
    expect(outcome.metrics.sensitivity).toBeGreaterThan(0.8);
    expect(outcome.metrics.dice).toBeGreaterThan(0.5);
    return run;
  }

  it.each(['NII_GZ', 'MHA'] as const)('exec: reads a scan as %s and writes its mask', async (format) => {
    const run = await runScored(['/app/inference.py'], format);
    expect(run.fileName).toBe(format === 'MHA' ? 'mask.mha' : 'mask.nii.gz');
    expect(run.log).toMatch(/1 CPUs, 2147483648 bytes of memory\n.*segmenting k3x9\./);
  });

  it('invoke: is healthy, and has written the mask when it answers', async () => {
    const { log } = await runScored(['-c', DRIVE_SERVER], 'NII_GZ');
    expect(log).toContain('health 200 elsewhere 404 invoke 201');
  });

  it('batch: writes a mask for every scan that it can read', async () => {
    const { log } = await runScored(['-c', DRIVE_BATCH], 'NII_GZ');
    expect(log).toContain('1 of 2: sub-a_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz');
    expect(log).toMatch(
      /\nsub-b\/ses-1\/anat\/sub-b_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask\.nii\.gz\n/,
    );
  });
});
