import { createReadStream } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { inParallel } from '#runner/concurrency.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { containerSpec } from '#runner/sandbox/policy/profile.ts';
import { seccompProfile } from '#runner/sandbox/policy/seccomp.ts';
import { openSandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { copyDatabase, type TestDatabase } from '#test/support/database.ts';
import { buildShellImage, serving } from '#test/support/images/busybox.ts';
import { startDatabaseServer } from '#test/support/postgres-setup.ts';
import {
  type EvaluationRow,
  openRunnerScene,
  predictionFiles,
  type RunnerScene,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';
import { copyLargeDatabase } from './large-database/large-database.ts';
import { seedChallenges } from './large-database/seed.ts';
import { median } from './median.ts';
import { COMPARISON_LIMIT, compareDatabases, comparisonLine } from './runner/compare-databases.ts';

/**
 * Measures the platform's overhead over the containers that it runs.
 *
 *   npm run bench:runner [-- [--large] ROUNDS]
 *
 * `exec`: an image that writes its mask immediately, 20 cases. Compares the wall time from claim to SCORED with
 * creating, starting, awaiting and removing the same 20 containers through the engine's API with the same
 * settings, two at a time, and reading their files. The two alternate, so that other load on the machine affects
 * both. Single rounds still vary by a quarter, their median over twenty rounds by a few percent.
 *
 * `invoke`: a server that works for 0.2 s on each case. Measures the additional time between two results.
 *
 * With `--large`, both run on a database with three million scores of cases (large-database/seed.ts), and before them
 * each step of an evaluation in the database is compared between that one and one without submissions.
 */
const CASES = 20;
const PARALLEL = 2;
const EXEC_LIMIT = 1.15;
const INVOKE_LIMIT_SECONDS = 0.1;
const WORK_SECONDS = 0.2;
const LIMITS = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 128, timeLimitSeconds: 60, outputMib: 16 };

const WARM_UP_ROUNDS = 3;
/** These vary little. */
const INVOKE_ROUNDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { large: { type: 'boolean', default: false } },
});
const rounds = Number(positionals[0] ?? 21);
const { server, stop } = await startDatabaseServer();
const database = values.large ? await copyLargeDatabase(server) : await copyDatabase(server);
const folder = await mkdtemp(path.join(tmpdir(), 'heldout-bench-'));
try {
  if (values.large) await benchDatabase(database);
  await benchExec(database);
  await benchInvoke(database);
} finally {
  await rm(folder, { recursive: true, force: true });
  await database.close();
  await stop();
}

async function benchDatabase(large: TestDatabase): Promise<void> {
  const empty = await copyDatabase(server);
  try {
    await seedChallenges(empty.owner);
    const steps = await compareDatabases(empty, large, rounds);
    console.log([`database (${COMPARISON_LIMIT}):`, ...steps.map(comparisonLine)].join('\n'));
    if (steps.some(({ slower }) => slower)) process.exitCode = 1;
  } finally {
    await empty.close();
  }
}

async function benchExec(db: TestDatabase): Promise<void> {
  const scene = await openRunnerScene(db, { caseCount: CASES, limits: LIMITS });
  const bare = await openBare();
  try {
    const runner = scene.start();
    // Warm-up rounds don't count: an image is loaded once per archive, and a runner runs for weeks.
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      await evaluate(scene, WRITE_MASK);
      await bare.run();
    }
    const platform: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < rounds; round++) {
      platform.push(secondsOf(await evaluate(scene, WRITE_MASK)));
      floor.push(await bare.run());
    }
    await runner.end('SIGTERM');
    const ratios = platform.map((seconds, round) => seconds / (floor[round] as number));
    const texts = [median(floor), median(platform), median(ratios)].map((value) => value.toFixed(2));
    console.log(
      `exec: ${CASES} containers directly ${texts[0]} s, by the platform ${texts[1]} s: ${texts[2]}× (at most ${EXEC_LIMIT}×), rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
    );
  } finally {
    await bare.close();
    await scene.close();
  }
}

async function benchInvoke(db: TestDatabase): Promise<void> {
  const scene = await openRunnerScene(db, {
    caseCount: CASES,
    limits: LIMITS,
    phase: { contract: 'INVOKE' },
  });
  try {
    const runner = scene.start();
    const script = serving(`sleep ${WORK_SECONDS}; ${WRITE_MASK}`);
    const overheads: number[] = [];
    for (let round = 0; round < Math.min(rounds, INVOKE_ROUNDS); round++) {
      const { caseScores } = await evaluate(scene, script);
      const recorded = caseScores.map(({ recordedAt }) => recordedAt.getTime()).sort((a, b) => a - b);
      const spacing = ((recorded.at(-1) as number) - (recorded[0] as number)) / 1000 / (CASES - 1);
      overheads.push(spacing - WORK_SECONDS);
    }
    await runner.end('SIGTERM');
    console.log(
      `invoke: ${median(overheads).toFixed(3)} s per case beyond the algorithm's ${WORK_SECONDS} s (under ${INVOKE_LIMIT_SECONDS} s), rounds ${overheads.map((seconds) => seconds.toFixed(3)).join(' ')}`,
    );
  } finally {
    await scene.close();
  }
}

async function evaluate(scene: RunnerScene, script: string): Promise<EvaluationRow> {
  const id = await scene.submit(script);
  // Polled rarely: the times are in the row, and polling would add to the platform's work.
  const row = await scene.until(id, ({ state }) => state === 'SCORED' || state === 'FAILED', 500);
  const failed = row.caseScores.find(({ status }) => status !== 'SCORED');
  if (row.state !== 'SCORED' || failed) {
    throw new Error(
      `The evaluation is ${row.state} ${row.code ?? failed?.code}: ${row.message ?? failed?.message}`,
    );
  }
  return row;
}

function secondsOf({ startedAt, finishedAt }: EvaluationRow): number {
  return ((finishedAt as Date).getTime() - (startedAt as Date).getTime()) / 1000;
}

/** The same containers without the platform. */
async function openBare(): Promise<{ run(): Promise<number>; close(): Promise<void> }> {
  const engine = openEngine();
  const sandbox = await openSandbox({
    runner: `bench-${process.pid}`,
    scratch: path.join(folder, 'scratch'),
  });
  const { mask } = predictionFiles();
  const files = [{ path: 'mask.nii.gz', mode: 0o644, content: mask }];
  const archive = path.join(folder, 'bare.tar');
  await buildShellImage(archive, { script: WRITE_MASK, files });
  const image: LoadedImage = await sandbox.prepareImage(createReadStream(archive), LIMITS);
  let count = 0;
  const one = async (): Promise<void> => {
    const name = `heldout-bench-${process.pid}-${count++}`;
    const [inputFolder, outputFolder] = ['input', 'output'].map((part) => path.join(folder, name, part)) as [
      string,
      string,
    ];
    await mkdir(inputFolder, { recursive: true });
    await mkdir(outputFolder);
    await chown(outputFolder, image.uid, image.gid);
    const settings = {
      name,
      labels: {},
      image,
      rules: containerRules({ limits: LIMITS }),
      inputFolder,
      outputFolder,
    };
    const id = await engine.createContainer(
      containerSpec({ ...settings, modelFolder: null, seccomp: seccompProfile() }),
    );
    await engine.startContainer(id);
    await engine.waitContainer(id);
    await engine.removeContainer(id);
    await readFile(path.join(outputFolder, 'images/stroke-lesion-segmentation/mask.nii.gz'));
  };
  return {
    async run() {
      const startedAt = performance.now();
      await inParallel(
        Array.from({ length: CASES }, (_, i) => i),
        PARALLEL,
        one,
        () => undefined,
      );
      return (performance.now() - startedAt) / 1000;
    },
    async close() {
      await sandbox.removeImage(image.id);
      await sandbox.close();
    },
  };
}
