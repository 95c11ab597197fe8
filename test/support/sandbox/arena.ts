import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LayerFile } from '#examples/images/image-archive.ts';
import { writeLayer } from '#examples/images/image-archive.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import type { CaseRun, LoadedImage } from '#runner/types.ts';
import { buildShellImage, type ShellImage, shellLayer } from '#test/support/images/busybox.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { maskOf, strokeInput, strokeTask } from '#test/support/stroke-case.ts';
import { runOne } from './run-one.ts';

/**
 * Runs attacks in the real sandbox on the real engine and checks after each one: Was the container gone
 * within two seconds of its end, or of our decision to end it? Is anything left of it (container, process,
 * mount, folder, volume)? Did the disk usage grow? Was the host's canary file read or changed? Does an honest
 * submission still get the same score?
 */
export interface Arena {
  sandbox: Sandbox;
  folder: string;
  /** A file of the host that attacks must not be able to read or change. */
  canary: { path: string; secret: string };
  scan: Uint8Array;
  /** Builds, checks and loads an image, and removes the archive. */
  image(image: ShellImage): Promise<LoadedImage>;
  attack(attack: Attack): Promise<AttackResult>;
  /** Returns the log of a script. The script ends with an error, so that there is a log and no mask. */
  probe(attack: Attack & { script: string }): Promise<string>;
  /** Runs the checks above, except the first, after something other than `attack`. */
  expectUntouched(): Promise<void>;
  close(): Promise<void>;
}

export interface Attack extends ShellImage {
  limits?: Partial<Limits>;
  signal?: AbortSignal;
}

export interface AttackResult {
  run: CaseRun;
  /** An error code, or `output`. */
  code: string;
}

/**
 * From the end of a container, or our decision to end it, until nothing is left of it; includes its start.
 */
export const GONE_WITHIN_SECONDS = 2;

/** A user ID that nothing else on the host uses, so that its processes belong to the attack. */
export const ATTACKER = 23_456;
export const MASK = '/output/images/stroke-lesion-segmentation';
export const HONEST = `mkdir -p ${MASK} && cp /input/images/t1-brain-mri/*.nii.gz ${MASK}/mask.nii.gz`;
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  memoryMib: 128,
  pids: 32,
  timeLimitSeconds: 10,
  outputMib: 8,
  imageMib: 64,
};
const GRID = {
  shape: [16, 16, 16] as const,
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
};
const MAX_DISK_GROWTH_BYTES = 4 * 2 ** 20;

export async function openArena(name: string): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'heldout-exploits-'));
  const sandbox = await openSandbox({
    runner: `exploits-${name}-${process.pid}`,
    scratch: join(folder, 'scratch'),
  });
  const shell = await writeLayer(join(folder, 'shell.tar'), await shellLayer());
  const canary = { path: join(folder, 'canary'), secret: `canary-${name}-${process.pid}` };
  await writeFile(canary.path, canary.secret, { mode: 0o644 });
  const loaded: LoadedImage[] = [];
  const scan = voxels((index) => (index % 16 < 8 ? 1 : 0));
  const image = async (spec: ShellImage) => {
    // The images are specific to this process, because other test runs on the same engine remove theirs.
    const own = { user: String(ATTACKER), env: [`ARENA=${name}-${process.pid}`], shell };
    const made = await loadImage(sandbox, folder, { ...own, ...spec });
    loaded.push(made);
    return made;
  };
  const honest = await image({ script: HONEST });
  const honestScore = async () => {
    const run = await runImage(sandbox, honest, scan, LIMITS);
    if (run.kind !== 'output') throw new Error(`The honest submission failed: ${JSON.stringify(run)}`);
    const outcome = scoreCase({
      truth: voxels((index) => (index % 16 < 6 ? 1 : 0)),
      prediction: maskOf(run),
      connectivity: 6,
    });
    if (outcome.status !== 'scored') throw new Error(outcome.message);
    return outcome.metrics;
  };
  const before = { score: await honestScore(), host: await hostState(sandbox, folder) };
  // 6 of 16 columns are true, 8 predicted: 2·6 / (6 + 8).
  expect(before.score.dice).toBeCloseTo(12 / 14, 12);
  const expectUntouched = async () => {
    await expectNothingLeft(sandbox, folder, before.host, canary);
    expect(await honestScore()).toEqual(before.score);
  };
  const attack = async ({ limits: changed, signal, ...spec }: Attack): Promise<AttackResult> => {
    const limits = { ...LIMITS, ...changed };
    const loadedImage = await image(spec);
    const startedAt = performance.now();
    const run = await runImage(sandbox, loadedImage, scan, limits, signal);
    const wallSeconds = (performance.now() - startedAt) / 1000;
    expect(wallSeconds - Math.min(run.seconds, limits.timeLimitSeconds)).toBeLessThan(GONE_WITHIN_SECONDS);
    expectNoSecret(run, canary.secret);
    await expectUntouched();
    return { run, code: run.kind === 'submissionError' ? run.code : run.kind };
  };
  return {
    sandbox,
    folder,
    canary,
    scan,
    image,
    attack,
    async probe({ script, ...rest }) {
      const { code, run } = await attack({ script: `${script}\nexit 1`, ...rest });
      expect(code).toBe('EXIT_NONZERO');
      return run.log;
    },
    expectUntouched,
    async close() {
      for (const { id } of loaded) await sandbox.removeImage(id);
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let count = 0;

async function loadImage(sandbox: Sandbox, folder: string, spec: ShellImage & { shell: LayerFile }) {
  const file = join(folder, `image-${count++}.tar`);
  await buildShellImage(file, spec);
  try {
    return await sandbox.prepareImage(createReadStream(file), LIMITS);
  } finally {
    await rm(file);
  }
}

export function runImage(
  sandbox: Sandbox,
  image: LoadedImage,
  scan: Uint8Array,
  limits: Limits,
  signal = new AbortController().signal,
): Promise<CaseRun> {
  return runOne(sandbox, {
    image,
    rules: { task: strokeTask({ maps: true }), limits },
    input: strokeInput({ id: `case-${count}`, scan }),
    name: `heldout-exploit-${process.pid}-${count++}`,
    signal,
  });
}

function voxels(valueAt: (index: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: 16 ** 3 }, (_, index) => valueAt(index));
  return encodeNifti({ ...GRID, data });
}

/** The secret must appear neither in messages and logs nor in the collected file. */
function expectNoSecret(run: CaseRun, secret: string): void {
  if (run.kind === 'output')
    for (const { bytes } of Object.values(run.outputs))
      expect(Buffer.from(bytes).includes(secret)).toBe(false);
  expect(JSON.stringify({ ...run, outputs: null })).not.toContain(secret);
}

interface HostState {
  volumes: number;
  diskBytes: number;
}

async function hostState({ host }: Sandbox, folder: string): Promise<HostState> {
  const { Volumes } = await engineGet<{ Volumes: unknown[] | null }>('/volumes');
  // Where containers could use the host's disk: logs, anonymous volumes, and our own folders.
  const places = ['containers', 'volumes'].map((name) => join(host.engine.dataFolder, name));
  return {
    volumes: Volumes?.length ?? 0,
    diskBytes: [...places, folder].reduce((sum, place) => sum + diskBytes(place), 0),
  };
}

async function expectNothingLeft(
  sandbox: Sandbox,
  folder: string,
  before: HostState,
  canary: Arena['canary'],
) {
  const containers = await engineGet<{ Names: string[] }[]>('/containers/json?all=true');
  expect(
    containers.flatMap(({ Names }) => Names).filter((name) => name.includes(`-${process.pid}-`)),
  ).toEqual([]);
  expect(processesOf(ATTACKER)).toEqual([]);
  expect(mountsBelow(folder)).toEqual([join(folder, 'scratch', 'memory')]);
  expect(readdirSync(join(folder, 'scratch', 'memory'))).toEqual([]);
  expect(readdirSync(join(folder, 'scratch', 'disk'))).toEqual([]);
  const after = await hostState(sandbox, folder);
  expect(after.volumes).toBe(before.volumes);
  expect(after.diskBytes - before.diskBytes).toBeLessThan(MAX_DISK_GROWTH_BYTES);
  expect(readFileSync(canary.path, 'utf8')).toBe(canary.secret);
}

/** The host's processes that run as this user. */
export function processesOf(uid: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        // A zombie no longer runs; init or the engine is about to reap it.
        const isOurs = status.includes(`Uid:\t${uid}\t`) && !/State:\tZ/.test(status);
        return isOurs ? [`${pid} ${/Name:\t(.*)/.exec(status)?.[1]}`] : [];
      } catch {
        return [];
      }
    });
}

function diskBytes(place: string): number {
  if (!existsSync(place)) return 0;
  return Number(execFileSync('du', ['-sxB1', place], { encoding: 'utf8' }).split('\t')[0]);
}

/** Queries of the engine's API that the sandbox's own interface does not offer. */
export function engineGet<T>(path: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const outgoing = request({ socketPath: '/var/run/docker.sock', path }, async (response) => {
    let text = '';
    for await (const chunk of response) text += chunk;
    resolve(JSON.parse(text) as T);
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
