import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';

const TRY = fileURLToPath(new URL('../../../examples/python/try.sh', import.meta.url));
const MASK_FOLDER = '/output/images/stroke-lesion-segmentation';

let folder: string;
let scan: string;
const images: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-try-'));
  scan = path.join(folder, 'scan.nii.gz');
  const affine = [1, 0, 0, -2, 0, 1, 0, -3, 0, 0, 1, -4, 0, 0, 0, 1];
  await writeFile(scan, encodeNifti({ shape: [4, 5, 6], affine, data: new Uint8Array(120).fill(1) }));
});
afterAll(async () => {
  for (const id of images) execFileSync('docker', ['rmi', '--force', id], { stdio: 'ignore' });
  await rm(folder, { recursive: true, force: true });
});

async function tryScript(script: string, arguments_ = [scan], user = 'algorithm') {
  const { file, imageId } = await buildShellImage(path.join(folder, 'image.tar'), { script, user });
  execFileSync('docker', ['load', '--quiet', '--input', file]);
  images.push(imageId);
  return spawnSync(TRY, [imageId, ...arguments_], { cwd: folder, encoding: 'utf8' });
}

describe('examples/python/try.sh', () => {
  it('passes the scan to the container and keeps the mask', async () => {
    const { status, stdout, stderr } = await tryScript(
      `cat /input/inputs.json && id -u && mkdir -p ${MASK_FOLDER} && cp /input/images/t1-brain-mri/* ${MASK_FOLDER}/`,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const inputs = JSON.parse(stdout.slice(stdout.indexOf('['), stdout.lastIndexOf(']') + 1));
    expect(inputs.map((entry: { socket: { slug: string } }) => entry.socket.slug)).toEqual([
      't1-brain-mri',
      'stroke-metadata',
    ]);
    expect(await readdir(path.join(folder, 'try-output'))).toEqual(['case.nii.gz']);
    const mask = readVolume(await readFile(path.join(folder, 'try-output', 'case.nii.gz')));
    expect(mask.shape).toEqual([4, 5, 6]);
  });

  it('runs an image that specifies root as the platform’s fallback user', async () => {
    const { stdout } = await tryScript('id -u', [scan], 'root');
    expect(stdout).toMatch(/^10001$/m);
  });

  it('never uses root’s group, which `docker run` chooses for a number without an account', async () => {
    for (const user of ['4321', '4321:0'])
      expect((await tryScript('id -u; id -g; id -G', [scan], user)).stdout).toBe('4321\n4321\n4321\n');
    expect((await tryScript('id -G', [scan], 'algorithm')).stdout).toBe('2345\n');
  });

  it('reports a missing mask', async () => {
    const { status, stderr } = await tryScript('true');
    expect(stderr).toContain('Expected exactly one mask');
    expect(status).toBe(1);
  });

  it('has no network and a read-only root, as on the platform', async () => {
    const { status, stdout } = await tryScript('ls /sys/class/net; touch /app 2>&1; exit 7');
    expect(stdout).toContain('Read-only file system');
    expect(stdout.split('\n')[0]).toBe('lo');
    expect(status).toBe(7);
  });

  it('rejects a file that is not a scan', async () => {
    const { status, stderr } = await tryScript('true', [path.join(folder, 'missing.nii.gz')]);
    expect(stderr).toContain('Usage:');
    expect(status).toBe(2);
  });
});
