import { createReadStream, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { CaseRun, CasesRequest, LoadedImage } from '#runner/types.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';
import { maskOf, strokeInput } from '#test/support/stroke-case.ts';

const RUNNER = `batch-test-${process.pid}`;
const LIMITS: Limits = { ...DEFAULT_LIMITS, memoryMib: 64, pids: 32, outputMib: 4, timeLimitSeconds: 20 };
const engine = openEngine();
let folder: string;
let sandbox: Sandbox;
/** Gives a batch only the time of its cases, without start-up time. */
let impatient: Sandbox;
let shell: LoadedImage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-batch-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: join(folder, 'scratch') });
  impatient = await openSandbox({ runner: RUNNER, scratch: join(folder, 'impatient'), startUpSeconds: 0 });
  const { file } = await buildShellImage(join(folder, 'image.tar'), { script: 'true' });
  shell = await sandbox.prepareImage(createReadStream(file), LIMITS);
});
afterEach(async () => {
  expect(await engine.listContainers(`heldout.runner=${RUNNER}`)).toEqual([]);
  const memories = ['scratch', 'impatient'].map((name) => join(folder, name, 'memory'));
  for (const memory of memories) expect(readdirSync(memory)).toEqual([]);
  expect(mountsBelow(folder)).toEqual(memories);
});
afterAll(async () => {
  await sandbox.sweep();
  await sandbox.removeImage(shell.id);
  await sandbox.close();
  await impatient.close();
  await rm(folder, { recursive: true, force: true });
});

const T1 = 'space-MNI152NLin2009aSym_T1w.nii.gz';
const MASK = 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz';
/** Shell functions for scripts: `mask ID TEXT` writes a case's mask. */
const FUNCTIONS = `mask() { d=/output/sub-$1/ses-1/anat; mkdir -p $d; printf %s "$2" > $d/sub-$1_ses-1_${MASK}; }`;
const ALL = `for d in /input/sub-*; do s=\${d#/input/sub-}; mask $s "$(cat $d/ses-1/anat/sub-\${s}_ses-1_${T1})"; done`;

let count = 0;
type Options = Partial<Pick<CasesRequest, 'signal' | 'onWorking' | 'onEnded'>> & {
  within?: Sandbox;
  limits?: Partial<Limits>;
};

/** Returns the results of cases a, b and c. */
async function batch(
  script: string,
  { within = sandbox, limits, ...options }: Options = {},
): Promise<CaseRun[]> {
  const runs: CaseRun[] = [];
  await within.runCases({
    image: { ...shell, entrypoint: ['/bin/sh', '-c', `${FUNCTIONS}\n${script}`] },
    rules: containerRules({
      contract: 'BATCH',
      limits: { ...LIMITS, ...limits },
    }),
    modelFolder: null,
    parallel: 2,
    name: `${RUNNER}-${count++}`,
    labels: {},
    cases: [2, 0, 1],
    signal: new AbortController().signal,
    openCase: async (index) => {
      const id = 'abc'[index] as string;
      return strokeInput({ id, scan: Buffer.from(`scan ${id}`) });
    },
    onWorking: async () => undefined,
    onEnded: async (index, run) => {
      runs[index] = run;
    },
    ...options,
  });
  return runs;
}
const codes = (runs: readonly CaseRun[]) =>
  runs.map((run) => (run.kind === 'output' ? String(maskOf(run)) : run.code));

test('one container sees all scans as a BIDS dataset, and each case gets its own mask', async () => {
  const working: number[] = [];
  const runs = await batch(`cd /input; find . -type f | sort; cat dataset_description.json; ${ALL}`, {
    onWorking: async (containers) => void working.push(containers),
  });
  expect(codes(runs)).toEqual(['scan a', 'scan b', 'scan c']);
  expect(working).toEqual([1, 0]);
  // All cases share one log, which the first case of the request gets.
  expect(runs.map(({ log }) => log !== '')).toEqual([false, false, true]);
  const [listing, description] = (runs[2]?.log ?? '').split('{');
  expect(listing?.trim().split('\n')).toEqual([
    './dataset_description.json',
    ...['a', 'b', 'c'].map((id) => `./sub-${id}/ses-1/anat/sub-${id}_ses-1_${T1}`),
  ]);
  expect(JSON.parse(`{${description}`)).toMatchObject({ BIDSVersion: '1.8.0', DatasetType: 'raw' });
  expect(runs[0]).toMatchObject({ exitCode: 0, outputs: { [LESIONS]: { ending: '.nii.gz' } } });
});

test('a missing mask fails its case, and the others count', async () => {
  const runs = await batch('mask a one; mask d stray; mask c three');
  expect(codes(runs)).toEqual(['one', 'NO_OUTPUT', 'three']);
  expect(runs[1]).toMatchObject({
    message: `The program wrote no /output/sub-b/ses-1/anat/sub-b_ses-1_${MASK}.`,
  });
});

test.each([
  ['exit code', 'echo stuck; exit 3', 'EXIT_NONZERO', 3],
  ['memory', 'dd if=/dev/zero of=/dev/null bs=100M count=1', 'OUT_OF_MEMORY', null],
  ['a full /output', 'head -c 20m /dev/zero > /output/x; exit 1', 'OUTPUT_TOO_LARGE', 1],
])(
  'masks written before the end count, and the other cases get its code: %s',
  async (_, end, code, exitCode) => {
    const runs = await batch(`mask b done; ${end}`, { limits: { memoryMib: 64 } });
    expect(codes(runs)).toEqual([code, 'done', code]);
    if (exitCode !== null) expect(runs[0]).toMatchObject({ exitCode });
    if (code === 'EXIT_NONZERO') expect(runs.map(({ log }) => log)).toEqual(['stuck\n', '', 'stuck\n']);
  },
);

test('its time limit is the sum over its cases', async () => {
  const startedAt = performance.now();
  // 3 cases of 1 s: 1.5 s exceeds the limit of a single case, but not of the batch.
  const runs = await batch('mask a quick; sleep 1.5; mask b later; sleep 100', {
    within: impatient,
    limits: { timeLimitSeconds: 1 },
  });
  expect(codes(runs)).toEqual(['quick', 'later', 'TIME_LIMIT']);
  expect(runs[2]).toMatchObject({
    message: 'Still working at the time limit of 3 s, so the container was stopped.',
  });
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('links and masks larger than one case may write only fail their own case', async () => {
  const d = '/output/sub-a/ses-1/anat';
  const script = `
    mkdir -p ${d}; ln -s /etc/passwd ${d}/sub-a_ses-1_${MASK}
    mkdir -p /output/sub-b; ln -s /etc /output/sub-b/ses-1
    mask c x; head -c 5m /dev/zero > /output/sub-c/ses-1/anat/sub-c_ses-1_${MASK}`;
  expect(codes(await batch(script))).toEqual(['OUTPUT_UNSAFE', 'OUTPUT_UNSAFE', 'OUTPUT_TOO_LARGE']);
});

test('a program that can’t start ends the evaluation with START_FAILED', async () => {
  const image = { ...shell, entrypoint: ['/no/such/program'] };
  const run = sandbox.runCases({
    image,
    rules: containerRules({ contract: 'BATCH', limits: LIMITS }),
    modelFolder: null,
    parallel: 1,
    name: `${RUNNER}-broken`,
    labels: {},
    cases: [0],
    signal: new AbortController().signal,
    openCase: async () => strokeInput({ id: 'a', scan: Buffer.from('') }),
    onWorking: async () => undefined,
    onEnded: async () => undefined,
  });
  await expect(run).rejects.toMatchObject({ name: 'SubmissionError', code: 'START_FAILED' });
});

test('a batch that an unknown sender kills is retried once, and then its masks count', async () => {
  expect(codes(await batch('mask a one; kill -9 $$'))).toEqual(['one', 'EXIT_NONZERO', 'EXIT_NONZERO']);
});

test('the container is removed before the truth is opened', async () => {
  const left: unknown[] = [];
  await batch(ALL, {
    onEnded: async () => void left.push(await engine.listContainers(`heldout.runner=${RUNNER}`)),
  });
  expect(left).toEqual([[], [], []]);
});

test('cancelling stops the container within 2 s and reports the given reason', async () => {
  const reason = new PlatformError('RUNNER_STOPPED', 'stopped');
  const controller = new AbortController();
  const run = batch('sleep 100', { signal: controller.signal });
  run.catch(() => undefined);
  const running = async () =>
    (await engine.listContainers(`heldout.runner=${RUNNER}`)).map((container) => container.running);
  await expect.poll(running, { timeout: 20_000 }).toEqual([true]);
  const abortedAt = performance.now();
  controller.abort(reason);
  await expect(run).rejects.toBe(reason);
  expect(performance.now() - abortedAt).toBeLessThan(2000);
});
