import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { extract } from 'tar-stream';
import { readDataset } from '#cli/dataset/dataset.ts';
import { type SealOptions, sealTestSet } from '#cli/testset/seal-test-set.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { publicTestSetSchema } from '#lib/domain/test-sets/manifest.ts';
import type { Database } from '#lib/platform/database.ts';
import { openQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import type { Prisma } from '#prisma-client';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { loadOrCreateKey } from '#runner/secrets/key.ts';
import { publicScorerKey, signScorer } from '#runner/secrets/scorer-key.ts';
import { compileCache } from './compile-cache.ts';
import { buildShellImage } from './images/busybox.ts';
import { removeImages } from './images/remove-images.ts';
import { newScene } from './site/scene.ts';

const SHAPE = [16, 18, 14] as const;
const AFFINE = [1, 0, 0, -8, 0, 1, 0, -9, 0, 0, 1, -7, 0, 0, 0, 1];
const VOXELS = SHAPE[0] * SHAPE[1] * SHAPE[2];

/** True masks are the first 40 voxels, and `WRITE_MASK` writes the first 60: Dice 0.8. */
const TRUE_VOXELS = 40;
const PREDICTED_VOXELS = 60;
export const EXPECTED_DICE = (2 * TRUE_VOXELS) / (TRUE_VOXELS + PREDICTED_VOXELS);

/** Probability 0.9 on the predicted voxels and 0 elsewhere: one step, with 40 of 60 voxels true. */
export const EXPECTED_PR_AUC = TRUE_VOXELS / PREDICTED_VOXELS;

export const MASK_FOLDER = '/output/images/stroke-lesion-segmentation';
/** Writes a container's mask. */
export const WRITE_MASK = `mkdir -p ${MASK_FOLDER} && cp /mask.nii.gz ${MASK_FOLDER}/`;

const MAP_FOLDER = '/output/images/lesion-probability-map';
/** Write its probability map, or one with a NaN. */
export const WRITE_MAP = `mkdir -p ${MAP_FOLDER} && cp /map.nii.gz ${MAP_FOLDER}/`;
export const WRITE_NAN_MAP = `mkdir -p ${MAP_FOLDER} && cp /nan-map.nii.gz ${MAP_FOLDER}/`;

/**
 * Runs a different script for each case. Containers don't know their case, but the scan of the first case
 * contains only 100, that of the second only 101, and so on.
 */
export function perCase(...scripts: readonly string[]): string {
  const branches = scripts.map((script, i) => `${String.fromCharCode(100 + i)}) ${script || ':'} ;;`);
  return `case "$(gunzip -c /input/images/t1-brain-mri/*.nii.gz | tail -c 2 | head -c 1)" in ${branches.join(' ')} esac`;
}

export interface RunnerSceneOptions {
  caseCount: number;
  limits?: Partial<Limits>;
  kind?: 'OPEN' | 'HIDDEN';
  /** Other columns of the phase. */
  phase?: Prisma.PhaseUpdateInput;
  /** Indexes of cases without a lesion. */
  withoutLesion?: readonly number[];
  /** Default stroke-t1, whose inputs it must have. */
  task?: Task;
  /** For a task that is scored by values: the true ones of each case, by output. */
  trueValues?: readonly Readonly<Record<string, number | boolean>>[];
  /** The private key whose public half the test set names, for a task that is scored by a container. */
  scorerKey?: string;
}

export interface RunnerScene {
  folder: string;
  /** The environment of a runner and of commands on its host. */
  environment(name?: string): NodeJS.ProcessEnv;
  challengeSlug: string;
  phaseId: string;
  store: Store;
  /** Queues an evaluation of an image that runs `script`; returns its ID. */
  submit(script: string, options?: SubmitOptions): Promise<string>;
  /** Stores a scorer that runs `script`, as the next version of the phase's. */
  importScorer(script: string, signingKey: string): Promise<void>;
  /** Queues an evaluation that was submitted with `queued: false`. */
  queue(evaluationId: string): Promise<void>;
  /** Starts a runner process with its own name and scratch folder. */
  start(name?: string, environment?: Record<string, string>): RunnerProcess;
  /** Waits until a runner that started after `since` has reported status ok. */
  untilReady(since: Date): Promise<void>;
  /** Polls the row until `done` returns true, by default every 50 ms. */
  until(
    evaluationId: string,
    done: (row: EvaluationRow) => boolean,
    everyMs?: number,
  ): Promise<EvaluationRow>;
  /** Stops all running runners. */
  stopRunners(): Promise<void>;
  close(): Promise<void>;
}

export interface SubmitOptions {
  /** Used instead of an image that runs the script. */
  archive?: Uint8Array;
  /** Labels of the image that runs the script. */
  labels?: Readonly<Record<string, string>>;
  /** A model archive for the submission. */
  model?: Uint8Array;
  /** false: it isn't queued yet. */
  queued?: boolean;
}

export type EvaluationRow = Awaited<ReturnType<typeof readRow>>;

export interface RunnerProcess {
  child: ChildProcess;
  /** Sends a signal and waits for the end; returns the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function openRunnerScene(
  database: { owner: Database; runnerUrl: string },
  {
    caseCount,
    limits = {},
    kind = 'HIDDEN',
    phase = {},
    withoutLesion = [],
    task = STROKE_T1,
    trueValues,
    scorerKey,
  }: RunnerSceneOptions,
): Promise<RunnerScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-runner-'));
  const store = await openStore(path.join(folder, 'store'));
  const home = (name: string) => path.join(folder, 'runners', name);
  const key = await loadOrCreateKey(home('one'));
  const rows = await newScene(database.owner, {
    kind,
    limits: { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 128, ...limits },
  });
  await database.owner.phase.update({ where: { id: rows.phaseId }, data: { task, ...phase } });
  const truths = Array.from({ length: caseCount }, (_, i) => (withoutLesion.includes(i) ? 0 : TRUE_VOXELS));
  await importSealed(
    database.owner,
    store,
    rows,
    await sealCases(folder, trueValues ?? truths, {
      recipient: key.recipient,
      task,
      scorerKey: scorerKey ? publicScorerKey(scorerKey) : null,
    }),
  );
  const queue = await openQueue(database.runnerUrl, { purpose: 'send', onError: () => undefined });
  const environment = (name = 'one') => ({
    NODE_ENV: 'test' as const,
    PATH: process.env['PATH'],
    ...compileCache(),
    DATABASE_URL: database.runnerUrl,
    HELDOUT_STORE: path.join(folder, 'store'),
    HELDOUT_RUNNER_HOME: home(name),
    HELDOUT_RUNNER_NAME: `${path.basename(folder)}-${name}`,
    HELDOUT_RUNNER_CPUS: '2',
  });
  const files = predictionFiles();
  const processes: RunnerProcess[] = [];
  const stopRunners = async (): Promise<void> => {
    await Promise.all(processes.splice(0).map((running) => running.end('SIGTERM')));
  };

  return {
    folder,
    environment,
    challengeSlug: rows.challengeSlug,
    phaseId: rows.phaseId,
    store,
    async submit(script, { archive, labels = {}, model, queued = true } = {}) {
      const file = path.join(folder, `${crypto.randomUUID()}.tar`);
      if (archive) await writeFile(file, archive);
      else
        await buildShellImage(file, {
          script,
          labels,
          files: [
            { path: 'mask.nii.gz', mode: 0o644, content: files.mask },
            { path: 'map.nii.gz', mode: 0o644, content: files.map },
            { path: 'nan-map.nii.gz', mode: 0o644, content: files.nanMap },
          ],
        });
      const blob = await store.put(createReadStream(file), { maxBytes: 2 ** 30 });
      const id = await rows.evaluation();
      const { owner } = database;
      await owner.$transaction(async (tx) => {
        const { submission } = await tx.evaluation.update({
          where: { id },
          data: { caseCount },
          include: { submission: true },
        });
        await tx.image.update({ where: { id: submission.imageId }, data: { sha256: blob.sha256 } });
        if (model) {
          const { sha256 } = await store.put([model], { maxBytes: 2 ** 30 });
          const sent = { teamId: submission.teamId, fileName: 'model.tar', bytes: model.length, sha256 };
          const { id: modelId } = await tx.modelArchive.create({ data: sent });
          await tx.submission.update({ where: { id: submission.id }, data: { modelId } });
        }
        if (queued) await sendEvaluation(queue, tx, id);
      });
      return id;
    },
    async importScorer(script, signingKey) {
      const file = path.join(folder, `${crypto.randomUUID()}.tar`);
      await buildShellImage(file, { script });
      const { sha256, bytes } = await store.put(createReadStream(file), { maxBytes: 2 ** 30 });
      const { owner } = database;
      const version = 1 + (await owner.scorer.count({ where: { phaseId: rows.phaseId } }));
      const signature = signScorer(signingKey, sha256);
      const data = { phaseId: rows.phaseId, version, fileName: 'scorer.tar', bytes, sha256, signature };
      await owner.scorer.create({ data });
    },
    queue: (id) => database.owner.$transaction((tx) => sendEvaluation(queue, tx, id)),
    start(name = 'one', more = {}) {
      const child = spawn(process.execPath, ['runner/main.ts'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...environment(name), ...more },
      });
      // Reads the output, so that the child never blocks. HELDOUT_TEST_LOG prints it.
      child.stdout?.on('data', (chunk: Buffer) => {
        if (process.env['HELDOUT_TEST_LOG']) process.stderr.write(chunk);
      });
      const exited = once(child, 'exit');
      const running: RunnerProcess = {
        child,
        async end(signal) {
          if (child.exitCode === null && child.signalCode === null) child.kill(signal);
          // A process suspended with SIGSTOP can't handle the signal before it continues.
          child.kill('SIGCONT');
          await exited;
          return child.exitCode;
        },
      };
      processes.push(running);
      return running;
    },
    async untilReady(since) {
      const ready = { startedAt: { gt: since }, health: { path: ['status'], equals: 'ok' } };
      const deadline = performance.now() + 20_000;
      while ((await database.owner.runner.count({ where: ready })) === 0) {
        if (performance.now() > deadline) throw new Error('Waited 20 s for a runner that is ready.');
        await sleep(50);
      }
    },
    until: (evaluationId, done, everyMs = 50) => pollRow(database.owner, evaluationId, done, everyMs),
    stopRunners,
    async close() {
      await stopRunners();
      for (const name of await readdir(path.join(folder, 'runners'))) await removeImages(home(name));
      await queue.stop({ graceful: false });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Copies the key to another runner, which can then open the same test sets. */
export async function shareKey(scene: RunnerScene, name: string): Promise<void> {
  const [from, to] = ['one', name].map((each) => path.join(scene.folder, 'runners', each)) as [
    string,
    string,
  ];
  await mkdir(to, { recursive: true });
  await writeFile(path.join(to, 'identity.age'), await readFile(path.join(from, 'identity.age')), {
    mode: 0o600,
  });
}

function mask(voxels: number): Uint8Array {
  const data = Uint8Array.from({ length: VOXELS }, (_, i) => (i < voxels ? 1 : 0));
  return encodeNifti({ shape: SHAPE, affine: AFFINE, data, gzipLevel: 6 });
}

/** The files that `WRITE_MASK`, `WRITE_MAP` and `WRITE_NAN_MAP` write. */
export function predictionFiles() {
  return { mask: mask(PREDICTED_VOXELS), map: map(0), nanMap: map(Number.NaN) };
}

function map(elsewhere: number): Uint8Array {
  const data = Float32Array.from({ length: VOXELS }, (_, i) => (i < PREDICTED_VOXELS ? 0.9 : elsewhere));
  return encodeNifti({ shape: SHAPE, affine: AFFINE, data, gzipLevel: 6 });
}

/** `truths` are the numbers of foreground voxels per case, or the true values of the outputs. */
async function sealCases(
  folder: string,
  truths: readonly (number | Readonly<Record<string, number | boolean>>)[],
  options: Pick<SealOptions, 'recipient' | 'task' | 'scorerKey'>,
): Promise<string> {
  const set = path.join(folder, 'set');
  const table: Record<string, string>[] = [];
  for (const [i, truth] of truths.entries()) {
    const anat = path.join(set, `sub-c${i}`, 'ses-1', 'anat');
    await mkdir(anat, { recursive: true });
    const base = path.join(anat, `sub-c${i}_ses-1_space-MNI152NLin2009aSym_`);
    const scan = new Int16Array(VOXELS).fill(100 + i);
    await writeFile(
      `${base}T1w.nii.gz`,
      encodeNifti({ shape: SHAPE, affine: AFFINE, data: scan, gzipLevel: 6 }),
    );
    if (typeof truth === 'number') await writeFile(`${base}label-L_desc-T1lesion_mask.nii.gz`, mask(truth));
    else
      table.push({
        case: `c${i}`,
        'input:t1-brain-mri': path.relative(set, `${base}T1w.nii.gz`),
        ...ofTruth(truth),
      });
  }
  if (table.length > 0) await writeFile(path.join(set, 'cases.csv'), csvOf(table));
  const out = path.join(folder, 'sealed');
  await sealTestSet({
    ...options,
    dataset: await readDataset(set),
    out,
    now: new Date(),
    onProgress: () => undefined,
  });
  return out;
}

function ofTruth(values: Readonly<Record<string, number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([slug, value]) => [`truth:${slug}`, String(value)]));
}

function csvOf(rows: readonly Record<string, string>[]): string {
  return [Object.keys(rows[0]!), ...rows.map(Object.values)].map((row) => `${row.join(',')}\n`).join('');
}

/** Imports a sealed set like the site does. */
async function importSealed(
  db: Database,
  store: Store,
  rows: { challengeId: string; phaseId: string },
  file: string,
): Promise<void> {
  const blobs = new Map<string, string>();
  let header = '';
  const tar = extract();
  createReadStream(file).pipe(tar);
  for await (const entry of tar) {
    if (entry.header.name === 'testset.json') {
      for await (const chunk of entry) header += chunk;
    } else {
      const { sha256 } = await store.put(entry as AsyncIterable<Uint8Array>, { maxBytes: 2 ** 30 });
      blobs.set(entry.header.name, sha256);
    }
  }
  const { recipient, caseCount, worst } = publicTestSetSchema.parse(JSON.parse(header));
  const blob = (name: string) => blobs.get(name) as string;
  const testSet = await db.testSet.create({
    data: {
      challengeId: rows.challengeId,
      recipient,
      caseCount,
      worst,
      bytes: 0n,
      sha256: blob('manifest.age'),
      manifestBlob: blob('manifest.age'),
      cases: {
        create: Array.from({ length: caseCount }, (_, index) => {
          const number = String(index).padStart(4, '0');
          return {
            index,
            inputBlob: blob(`cases/${number}.inputs.age`),
            truthBlob: blob(`cases/${number}.truths.age`),
          };
        }),
      },
    },
  });
  await db.phase.update({ where: { id: rows.phaseId }, data: { testSetId: testSet.id } });
}

function readRow(db: Database, id: string) {
  return db.evaluation.findUniqueOrThrow({
    where: { id },
    include: { caseScores: true, scores: true, runner: true },
  });
}

async function pollRow(
  db: Database,
  id: string,
  done: (row: EvaluationRow) => boolean,
  everyMs: number,
): Promise<EvaluationRow> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const row = await readRow(db, id);
    if (done(row)) return row;
    if (performance.now() > deadline) {
      throw new Error(
        `Waited 20 s; the evaluation is ${row.state} ${row.code ?? ''} ${row.platformCode ?? ''} with ${row.caseScores.length} cases. ${row.message ?? ''}`,
      );
    }
    await sleep(everyMs);
  }
}
