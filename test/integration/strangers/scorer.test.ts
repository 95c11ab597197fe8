import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SocketContent } from '#lib/domain/tasks/inputs-json.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import { spacingOf } from '#runner/imaging/volume.ts';
import { type Files, writeFiles } from '#test/support/datasets/write-dataset.ts';
import { whyNoDebianRootfs } from '#test/support/images/debian-rootfs.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { buildStranger } from '#test/support/strangers/images.ts';
import { nativeScan, PROGRAM_SCORES, SCAN_COUNT } from '#test/support/strangers/native-scans.ts';

/** An evaluation method as people write them for grand-challenge.org, on the folders that their contract names. */
const skipped = skipWithout('a scorer of another platform', whyNoDebianRootfs());
const [T1, METADATA] = STROKE_T1.inputs as [Socket, Socket];
const [MASK] = STROKE_T1.outputs as [Socket];
const HEADERLESS = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A case with the mask of the program, in a header without geometry. */
function caseOf(index: number) {
  const { grid, scan, truth } = nativeScan(index);
  const mask = Uint8Array.from(scan, (value) => (value > 0 && value < 400 ? 1 : 0));
  return { grid, truth, mask, pk: `case-${index}`, scanName: `n${index}.nii.gz` };
}

const sum = (voxels: Uint8Array) => voxels.reduce((total, value) => total + value, 0);

function socketValue(socket: Socket, content: SocketContent) {
  const { slug, kind, super_kind, relative_path } = socket;
  const flags = { is_image_kind: super_kind === 'Image', is_json_kind: super_kind === 'Value' };
  const described = { slug, kind, super_kind, relative_path, ...flags, is_file_kind: super_kind === 'File' };
  return { socket: described, interface: described, image: null, value: null, file: null, ...content };
}

describe.skipIf(skipped)('a scorer that was written for grand-challenge.org, run unchanged', () => {
  let folder: string;
  let image: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-scorer-'));
    const archive = await buildStranger(path.join(folder, 'scorer.tar'), 'scorer');
    execFileSync('docker', ['load', '--quiet', '--input', archive.file]);
    image = archive.imageId;
    await rm(archive.file);
  }, 600_000);
  afterAll(async () => {
    if (image) execFileSync('docker', ['rmi', '--force', image], { stdio: 'ignore' });
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs it as the sandbox does: no network, nothing writable but /output and /tmp. */
  async function score(input: Files, truth: Files) {
    const [from, to, truths] = ['input', 'output', 'truth'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFiles(from, input);
    await writeFiles(truths, truth);
    await writeFiles(to, { 'placeholder.txt': '' });
    await chmod(to, 0o777);
    await chmod(folder, 0o755);
    const mounts = [`${from}:/input:ro`, `${to}:/output`, `${truths}:/opt/ml/input/data/ground_truth:ro`];
    const limits = ['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'];
    const args = ['run', '--rm', ...limits, ...mounts.flatMap((mount) => ['--volume', mount]), image];
    const { stdout } = await promisify(execFile)('docker', args);
    const metrics = JSON.parse(await readFile(path.join(to, 'metrics.json'), 'utf8'));
    return { stdout, metrics };
  }

  it('finds predictions and truths by predictions.json, and writes the metrics of each case and their means', async () => {
    const cases = Array.from({ length: SCAN_COUNT }, (_, index) => caseOf(index));
    const predictions = cases.map(({ pk, scanName }) => ({
      pk,
      status: 'Succeeded',
      inputs: [
        socketValue(T1, { image: { name: scanName } }),
        socketValue(METADATA, { value: { CENTER: null, CHRONICITY: null, DAYS_POST_STROKE: null } }),
      ],
      outputs: [socketValue(MASK, { image: { name: 'output.mha' } })],
      exec_duration: null,
      invoke_duration: null,
    }));
    const files: Files = { 'predictions.json': JSON.stringify(predictions) };
    for (const { pk, grid, mask } of cases) {
      files[`${pk}/output/${MASK.relative_path}/output.mha`] = encodeMetaImage({
        shape: grid.shape,
        affine: HEADERLESS,
        data: mask,
      });
    }
    const truths: Files = {};
    for (const { scanName, grid, truth } of cases) truths[scanName] = encodeNifti({ ...grid, data: truth });

    const { metrics, stdout } = await score(files, truths);
    expect(metrics.results).toHaveLength(SCAN_COUNT);
    for (const { pk, grid, mask, truth } of cases) {
      const voxelMl = spacingOf(grid.affine).reduce((product, mm) => product * mm) / 1000;
      const result = metrics.results.find((one: { pk: string }) => one.pk === pk);
      expect(result.dice).toBeCloseTo(PROGRAM_SCORES.dice, 12);
      expect(result.volume_difference_ml).toBeCloseTo((sum(mask) - sum(truth)) * voxelMl, 6);
    }
    expect(metrics.aggregates.dice.mean).toBeCloseTo(PROGRAM_SCORES.dice, 12);
    expect(stdout).toContain('[INFO]evaluate: case-0 is n0.nii.gz');
  });
});
