import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openScratch } from '#runner/sandbox/files/scratch.ts';
import { readHost } from '#runner/sandbox/host/host.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { runOne } from '#test/support/sandbox/run-one.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

/** More output than memory. */
const LIMITS = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 64, pids: 32, timeLimitSeconds: 60, outputMib: 200 };
const MASKS = '/output/images/stroke-lesion-segmentation';
let folder: string;
let sandbox: Sandbox;
const loaded = new Set<string>();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-big-output-'));
  sandbox = await openSandbox({ runner: path.basename(folder), scratch: path.join(folder, 'scratch') });
});
afterAll(async () => {
  await sandbox.close();
  for (const id of loaded) await openEngine().removeImage(id);
  await rm(folder, { recursive: true, force: true });
});

async function run(script: string) {
  const file = path.join(folder, 'image.tar');
  await buildShellImage(file, { script });
  const image = await sandbox.prepareImage(createReadStream(file), LIMITS);
  loaded.add(image.id);
  return runOne(sandbox, {
    image,
    rules: { limits: LIMITS },
    input: strokeInput({ id: 'c0', scan: Buffer.from('a scan') }),
    name: `${path.basename(folder)}-${crypto.randomUUID()}`,
    signal: new AbortController().signal,
  });
}

async function expectNothingLeft(below = folder): Promise<void> {
  expect(mountsBelow(below).filter((point) => point.endsWith('/output'))).toEqual([]);
  expect(execFileSync('losetup', ['-l', '-n', '-O', 'BACK-FILE'], { encoding: 'utf8' })).not.toContain(below);
}

describe('an /output larger than the memory', () => {
  test('holds exactly as much as the phase allows', async () => {
    const write = (name: string, mib: number) => `dd if=/dev/zero of=/output/${name} bs=1M count=${mib} 2>&1`;
    const fits = await run(
      `mkdir -p ${MASKS}; ${write('big', 190)} && rm /output/big && echo mask > ${MASKS}/m.nii.gz`,
    );
    expect(fits).toMatchObject({ kind: 'output', exitCode: 0 });
    const flood = await run(`${write('big', 201)}; exit 1`);
    expect(flood).toMatchObject({ kind: 'submissionError', code: 'OUTPUT_TOO_LARGE' });
    await expectNothingLeft();
    expect(await readdir(path.join(folder, 'scratch', 'disk'))).toEqual([]);
  });

  test('is mounted without execution, devices and setuid', async () => {
    const look = `grep ' /output ' /proc/mounts; cp /bin/busybox /output/sh; /output/sh true && echo ran; ls -a /output; exit 3`;
    const seen = await run(look);
    expect(seen.log).toMatch(/ext4 rw,nosuid,nodev,noexec/);
    expect(seen.log).not.toContain('ran');
    expect(seen.log).not.toContain('lost+found');
    await expectNothingLeft();
  });

  test('has the exact size for all users but root, and a sweep also detaches its loop device', async () => {
    const root = path.join(folder, 'left');
    const scratch = await openScratch(root);
    const options = { files: [], outputOnDisk: true, outputFiles: 100, uid: 1234, gid: 1234 };
    const sizes = [65, 200, 5000];
    for (const outputMib of sizes) {
      const { output } = await scratch.createRun({ ...options, outputMib });
      const { bavail, bsize, ffree } = await statfs(output);
      expect(bavail * bsize).toBe(outputMib * 2 ** 20);
      expect(ffree).toBeGreaterThanOrEqual(80);
    }
    expect(execFileSync('losetup', ['-l', '-n', '-O', 'BACK-FILE'], { encoding: 'utf8' })).toContain(root);
    await scratch.sweep();
    await expectNothingLeft(root);
    await scratch.close();
  });

  test('a host reports the largest output that its disk could hold, and 0 if it can’t provide any', async () => {
    const { host } = sandbox;
    const { blocks, bsize } = await statfs(folder);
    expect(host.outputDiskMib).toBeGreaterThan(0);
    expect(host.outputDiskMib).toBeLessThanOrEqual((blocks * bsize) / 2 ** 20 - 1024);
    expect(host).toMatchObject({ missingPrograms: [], loopDevices: true });
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const bare = await readHost(openEngine(), folder);
      const missing = ['mount', 'umount', 'mkfs.ext4', 'tune2fs', 'dumpe2fs', 'nsenter'];
      expect(bare).toMatchObject({
        outputDiskMib: 0,
        missingPrograms: missing,
        contracts: ['EXEC', 'BATCH'],
      });
    } finally {
      process.env['PATH'] = path;
    }
    await expectNothingLeft();
  });

  test('that the disk can’t hold is a platform error and leaves nothing behind', async () => {
    const scratch = await openScratch(path.join(folder, 'huge'));
    const huge = { files: [], outputOnDisk: true, outputMib: 2 ** 30, uid: 1234, gid: 1234 };
    await expect(scratch.createRun(huge)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(scratch.diskFolder)).toEqual([]);
    await scratch.close();
  });
});
