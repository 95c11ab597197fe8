import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { openPrivateEngine, type PrivateEngine } from '#test/support/private-engine.ts';
import { runOne } from '#test/support/sandbox/run-one.ts';
import { maskOf, strokeInput } from '#test/support/stroke-case.ts';

/** gVisor's program, which the setup script installs if possible. */
const RUNSC = whereIs('runsc');
const REASON = RUNSC === null ? 'runsc is not installed (Debian: apt-get install runsc)' : null;

function whereIs(program: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

type RunOptions = Partial<Limits> & { requiresGvisor?: boolean };
const LIMITS = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 256, pids: 64, timeLimitSeconds: 30, outputMib: 16 };

describe.skipIf(skipWithout('gVisor', REASON))('a phase that requires gVisor', () => {
  let folder: string;
  let host: PrivateEngine;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-wall-'));
    const runtime = path.join(folder, 'runsc');
    // Set up as in docs/administrators/run-a-runner.md: ptrace works on every host, and no network setup is
    // needed.
    await writeFile(runtime, `#!/bin/sh\nexec ${RUNSC} --platform=ptrace --network=none "$@"\n`);
    await chmod(runtime, 0o755);
    host = await openPrivateEngine({ runtimes: [`runsc=${runtime}`] });
    const { socketPath } = host;
    sandbox = await openSandbox({ runner: 'gvisor-test', scratch: path.join(folder, 'scratch'), socketPath });
  });
  afterAll(async () => {
    await sandbox?.close();
    await host?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(script: string, { requiresGvisor = true, ...changes }: RunOptions = {}) {
    const file = path.join(folder, `${crypto.randomUUID()}.tar`);
    await buildShellImage(file, { script });
    const image = await sandbox.prepareImage(createReadStream(file), LIMITS);
    const input = strokeInput({ id: 'c0', scan: Buffer.from('a scan') });
    const name = `gvisor-${crypto.randomUUID()}`;
    const signal = new AbortController().signal;
    const limits = { ...LIMITS, ...changes };
    return runOne(sandbox, {
      image,
      rules: { limits, requiresGvisor },
      input,
      name,
      signal,
    });
  }
  const COPY =
    'mkdir -p /output/images/stroke-lesion-segmentation && cat /input/images/t1-brain-mri/c0.nii.gz > /output/images/stroke-lesion-segmentation/m.nii.gz';

  test('is detected by the runner', () => {
    expect(sandbox.host.gvisorRuntime).toBe('runsc');
  });

  test('runs containers on gVisor’s kernel instead of the host’s', async () => {
    const isolated = await run(`dmesg; id -u; ${COPY}`);
    expect(isolated).toMatchObject({ kind: 'output', exitCode: 0 });
    expect(isolated.log).toContain('Starting gVisor');
    expect(isolated.log).toContain('1234');
    expect(isolated.kind === 'output' && Buffer.from(maskOf(isolated)).toString()).toBe('a scan');
    const native = await run(`dmesg 2>&1; ${COPY}`, { requiresGvisor: false });
    expect(native).toMatchObject({ kind: 'output', log: expect.not.stringContaining('gVisor') });
  });

  test('applies the same limits and settings to containers', async () => {
    const looks = [
      'touch /x 2>/dev/null && echo root is writable',
      'touch /input/x 2>/dev/null && echo input is writable',
      'ls /sys/class/net; grep -c : /proc/net/dev',
      'dd if=/dev/zero of=/output/big bs=1M count=32 2>&1 | tail -1',
    ].join('; ');
    const seen = await run(`${looks}; exit 3`);
    expect(seen.kind).toBe('submissionError');
    expect(seen.log).not.toContain('is writable');
    expect(seen.log).not.toMatch(/eth\d/);
    expect(seen).toMatchObject({ code: 'OUTPUT_TOO_LARGE' });
  });

  test.each([
    ['the first process', 'exec tail -c 1000000000 /dev/zero'],
    ['a child', 'tail -c 1000000000 /dev/zero | wc -c; exit 0'],
    // This is memory of gVisor's own process, so the kernel kills that one.
    ['files in memory', 'for f in /tmp/a /dev/shm/a; do head -c 127m /dev/zero > $f; done; sleep 1; exit 1'],
  ])('stops a container at its memory limit: %s', async (_, script) => {
    const ended = await run(script, { memoryMib: 128 });
    expect(ended).toMatchObject({ kind: 'submissionError', code: 'OUT_OF_MEMORY' });
    expect(ended.peakMemoryBytes ?? 0).toBeLessThan(130 * 2 ** 20);
  });

  test('reports exit codes, signals and refused processes', async () => {
    expect(await run('exit 7')).toMatchObject({ code: 'EXIT_NONZERO', exitCode: 7 });
    expect(await run('kill -SEGV $$')).toMatchObject({
      code: 'EXIT_NONZERO',
      message: 'The program was killed by SIGSEGV.',
    });
    // gVisor's kernel ends with the first thread that it is refused, and its control group with it, sometimes
    // before anyone can read the reason there.
    const codes: string[] = [];
    while (codes.length < 10 && !codes.includes('PIDS_LIMIT')) {
      const forks = await run('for i in $(seq 400); do sleep 5 & done; wait; exit 1');
      codes.push(forks.kind === 'submissionError' ? forks.code : forks.kind);
    }
    expect(codes.at(-1)).toBe('PIDS_LIMIT');
    expect(codes.filter((code) => code !== 'PIDS_LIMIT' && code !== 'EXIT_NONZERO')).toEqual([]);
  });

  test('stops a container at the time limit', async () => {
    const ended = await run('sleep 100', { timeLimitSeconds: 1 });
    expect(ended).toMatchObject({ kind: 'submissionError', code: 'TIME_LIMIT' });
    expect(await host.engine.listContainers('heldout.runner=gvisor-test')).toEqual([]);
  });
});
