import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STROKE_T1_TEMPLATE } from '#examples/challenges/stroke-t1/challenge.ts';
import { phaseRulesSchema } from '#lib/domain/phases/rules.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { writeKit } from '#test/support/starter-kit.ts';

let folder: string;
const images: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-run-'));
  const [phase] = STROKE_T1_TEMPLATE.define(new Date()).phases;
  const rules = phaseRulesSchema.parse({ ...phase, contract: 'EXEC' });
  const name = { slug: 'stroke', title: 'Stroke' };
  await writeKit(folder, {
    challenge: name,
    phase: name,
    rules,
    origin: 'http://[::1]',
  });
  await mkdir(path.join(folder, 'example/input/images/t1-brain-mri'), { recursive: true });
  await writeFile(path.join(folder, 'example/input/images/t1-brain-mri/case1.nii.gz'), 'a scan');
});
afterAll(async () => {
  for (const id of images) execFileSync('docker', ['rmi', '--force', id], { stdio: 'ignore' });
  await rm(folder, { recursive: true, force: true });
});

async function runScript(script: string, user = 'algorithm') {
  const { file, imageId } = await buildShellImage(path.join(folder, 'image.tar'), { script, user });
  execFileSync('docker', ['load', '--quiet', '--input', file]);
  images.push(imageId);
  return spawnSync(path.join(folder, 'run.sh'), [imageId], { encoding: 'utf8' });
}

describe('run.sh of the starter kit', () => {
  it('passes the example to the container and keeps its outputs', async () => {
    const { status, stdout, stderr } = await runScript(
      'cat /input/inputs.json; mkdir /output/images; cp /input/images/t1-brain-mri/case1.nii.gz /output/images/',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('"slug": "stroke-metadata"');
    expect(stdout).toMatch(/\nexample\/output\/images\/case1\.nii\.gz\n$/);
    const copy = path.join(folder, 'example/output/images/case1.nii.gz');
    expect(await readFile(copy, 'utf8')).toBe('a scan');
  });

  it('runs an image that specifies root as the platform’s fallback user', async () => {
    const { stdout } = await runScript('id -u', 'root');
    expect(stdout).toMatch(/^10001$/m);
  });

  it('never uses root’s group, which `docker run` chooses for a number without an account', async () => {
    for (const user of ['4321', '4321:0'])
      expect((await runScript('id -u; id -g; id -G', user)).stdout).toBe('4321\n4321\n4321\n');
    expect((await runScript('id -G', 'algorithm')).stdout).toBe('2345\n');
  });

  it('has no network and a read-only root, ends as the container did, and starts without old outputs', async () => {
    const { status, stdout } = await runScript('ls /sys/class/net; touch /app 2>&1; ls /output; exit 7');
    expect(stdout).toContain('Read-only file system');
    expect(stdout).not.toContain('images');
    expect(stdout.split('\n')[0]).toBe('lo');
    expect(status).toBe(7);
  });

  it('gives the container the CPUs and the memory of the phase', async () => {
    const { stdout } = await runScript('echo $HELDOUT_CPUS $HELDOUT_MEMORY_BYTES $OMP_NUM_THREADS');
    expect(stdout).toBe(`1 ${2 * 2 ** 30} 1\n`);
  });
});
