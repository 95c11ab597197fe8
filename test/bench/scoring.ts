import { availableParallelism } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { inParallel } from '#runner/concurrency.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData } from '#runner/imaging/volume.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { AFFINE, perturbed, renderBlobs, SHAPE, scatteredBlobs, seeded } from './lesion-masks.ts';
import { median } from './median.ts';

/**
 * Compares the time to score a case with the unavoidable cost of reading its files.
 *
 *   npm run bench:scoring [-- ROUNDS]
 *
 * Floor and scorer alternate in one process on one thread, and only that thread's CPU time counts, so that other
 * load on the machine affects neither. The floor decompresses both files with node:zlib into buffers of the right
 * size and makes one pass over the bytes, byte by byte; the limits are relative to it. The lean floor processes
 * 32 bytes per step and shows the remaining potential. The scorer reads both files and computes all metrics. At
 * the end, the wall-clock speedup of several threads over one is printed.
 */

interface Scenario {
  name: string;
  limit: number;
  truth: Uint8Array;
  prediction: Uint8Array;
  /** Uncompressed sizes, in the same order. */
  sizes: [number, number];
}

function scenario(name: string, limit: number, truth: RawData, prediction: RawData): Scenario {
  const encode = (data: RawData) => encodeNifti({ shape: SHAPE, affine: AFFINE, data });
  const sizes: [number, number] = [352 + truth.byteLength, 352 + prediction.byteLength];
  return { name, limit, truth: encode(truth), prediction: encode(prediction), sizes };
}

/** The output of a malicious container: a random half of the voxels. */
function noise(): Uint8Array {
  const random = seeded(3);
  return Uint8Array.from({ length: SHAPE[0] * SHAPE[1] * SHAPE[2] }, () => (random() < 0.5 ? 1 : 0));
}

function scenarios(): Scenario[] {
  const few = scatteredBlobs(3, 3000, 4300, 7);
  const one = [{ center: [70, 120, 100] as const, voxels: 240_000, seed: 5 }];
  const many = scatteredBlobs(60, 50, 1500, 11);
  const manyPredicted = [...perturbed(many.slice(0, 42), 12), ...scatteredBlobs(18, 50, 800, 13)];
  return [
    scenario('3 lesions, 11 ml', 2, renderBlobs(few), renderBlobs(perturbed(few, 8))),
    scenario(
      '1 lesion, 240 ml, float32',
      2.5,
      renderBlobs(one),
      Float32Array.from(renderBlobs(perturbed(one, 6))),
    ),
    scenario('60 true, 60 predicted', 3, renderBlobs(many), renderBlobs(manyPredicted)),
    scenario('3 lesions, noise', 80, renderBlobs(few), noise()),
  ];
}

/** Rounds that don't count, because code is still being compiled. */
const WARM_UP = 5;
let sink = 0;

function floor({ truth, prediction, sizes }: Scenario, pass: (bytes: Uint8Array) => number): void {
  for (const [file, size] of [
    [truth, sizes[0]],
    [prediction, sizes[1]],
  ] as const) {
    sink += pass(gunzipSync(file, { chunkSize: size + 1 }));
  }
}

function sumOfBytes(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum = (sum + bytes[i]!) | 0;
  return sum;
}

/** The fastest pass in JavaScript: 32 bytes per step, as words. */
function sumOfWords(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  let sum = 0;
  let i = 0;
  for (; i + 8 <= words.length; i += 8) {
    sum =
      (sum +
        (words[i]! + words[i + 1]! + words[i + 2]! + words[i + 3]!) +
        (words[i + 4]! + words[i + 5]! + words[i + 6]! + words[i + 7]!)) |
      0;
  }
  for (; i < words.length; i++) sum = (sum + words[i]!) | 0;
  for (let rest = words.length * 4; rest < bytes.length; rest++) sum += bytes[rest]!;
  return sum;
}

function score({ truth, prediction }: Scenario): void {
  const outcome = scoreCase({ truth, prediction, connectivity: 6 });
  if (outcome.status !== 'scored') throw new Error(outcome.message);
  sink += outcome.metrics.dice!;
}

/** CPU time of this thread in milliseconds. */
function time(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Like `heldout score`, keeps twice as many cases in progress as there are threads. */
async function printThreads({ truth, prediction }: Scenario): Promise<void> {
  const cases = 60;
  const seconds: number[] = [];
  const counts = [1, availableParallelism()];
  for (const threads of counts) {
    const pool = new ScoringPool({ threads });
    const job = () => pool.score({ truth, prediction, connectivity: 6 });
    await Promise.all(Array.from({ length: 2 * threads }, job));
    const start = performance.now();
    await inParallel([...Array(cases).keys()], 2 * threads, job, () => undefined);
    seconds.push((performance.now() - start) / 1000);
    await pool.close();
  }
  const rates = counts.map((threads, i) => `${threads}: ${(cases / seconds[i]!).toFixed(0)}`);
  console.log(
    `cases per second by threads: ${rates.join(', ')} (× ${(seconds[0]! / seconds[1]!).toFixed(2)})`,
  );
}

const rounds = Number(process.argv[2] ?? 25);
console.log(
  `node ${process.version}, ${availableParallelism()} cores, medians of ${rounds} rounds, ${SHAPE.join(' × ')}`,
);
let tooSlow = 0;
for (const one of scenarios()) {
  const floors: number[] = [];
  const leanFloors: number[] = [];
  const scores: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const floorMs = time(() => floor(one, sumOfBytes));
    const leanMs = time(() => floor(one, sumOfWords));
    const scoreMs = time(() => score(one));
    if (round < 0) continue;
    floors.push(floorMs);
    leanFloors.push(leanMs);
    scores.push(scoreMs);
  }
  const [floorMs, leanMs, scoreMs] = [median(floors), median(leanFloors), median(scores)];
  if (scoreMs / floorMs > one.limit) tooSlow++;
  const numbers = `all metrics ${scoreMs.toFixed(1)} ms, floor ${floorMs.toFixed(1)} ms`;
  const ratio = `ratio ${(scoreMs / floorMs).toFixed(2)} (at most ${one.limit})`;
  const lean = `lean floor ${leanMs.toFixed(1)} ms, ratio ${(scoreMs / leanMs).toFixed(2)}`;
  console.log(`${one.name.padEnd(26)} ${numbers}, ${ratio}; ${lean}`);
}
await printThreads(scenario('', 0, renderBlobs(scatteredBlobs(3, 3000, 4300, 7)), renderBlobs([])));
if (!Number.isFinite(sink)) throw new Error('unreachable: keeps the work from being optimized away');
process.exitCode = tooSlow > 0 ? 1 : 0;
