import { availableParallelism } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData } from '#runner/imaging/volume.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { AFFINE, drawBlobs, redrawn, SHAPE, scatteredBlobs } from './lesion-masks.ts';

/**
 * How long a case takes to score, next to what its files cost anyway.
 *
 *   npm run bench:scoring [-- ROUNDS]
 *
 * Floor and scorer take turns in one process on one thread, so that whatever else the machine does meets both.
 * The floor is node:zlib inflating both files at once into buffers of the right size, and one pass over the
 * bytes; the scorer reads both files and computes all metrics.
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

function scenarios(): Scenario[] {
  const few = scatteredBlobs(3, 3000, 4300, 7);
  const one = [{ center: [70, 120, 100] as const, voxels: 240_000, seed: 5 }];
  const many = scatteredBlobs(60, 50, 1500, 11);
  const manyPredicted = [...redrawn(many.slice(0, 42), 12), ...scatteredBlobs(18, 50, 800, 13)];
  return [
    scenario('3 lesions, 11 ml', 2, drawBlobs(few), drawBlobs(redrawn(few, 8))),
    scenario('1 lesion, 240 ml, float32', 2.5, drawBlobs(one), Float32Array.from(drawBlobs(redrawn(one, 6)))),
    scenario('60 true, 60 predicted', 3, drawBlobs(many), drawBlobs(manyPredicted)),
  ];
}

let sink = 0;

function floor({ truth, prediction, sizes }: Scenario): void {
  for (const [file, size] of [
    [truth, sizes[0]],
    [prediction, sizes[1]],
  ] as const) {
    const bytes = gunzipSync(file, { chunkSize: size + 1 });
    let sum = 0;
    for (let i = 0; i < bytes.length; i++) sum += bytes[i]!;
    sink += sum;
  }
}

function score({ truth, prediction }: Scenario): void {
  const outcome = scoreCase({ truth, prediction, connectivity: 6 });
  if (outcome.status !== 'scored') throw new Error(outcome.message);
  sink += outcome.metrics.dice!;
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const rounds = Number(process.argv[2] ?? 25);
console.log(
  `node ${process.version}, ${availableParallelism()} cores, medians of ${rounds} rounds, ${SHAPE.join(' × ')}`,
);
let tooSlow = 0;
for (const one of scenarios()) {
  const floors: number[] = [];
  const scores: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const floorMs = time(() => floor(one));
    const scoreMs = time(() => score(one));
    // The first rounds warm the compiler up.
    if (round < 0) continue;
    floors.push(floorMs);
    scores.push(scoreMs);
  }
  const ratio = median(scores) / median(floors);
  if (ratio > one.limit) tooSlow++;
  const numbers = `floor ${median(floors).toFixed(1)} ms, all metrics ${median(scores).toFixed(1)} ms`;
  console.log(`${one.name.padEnd(26)} ${numbers}, ratio ${ratio.toFixed(2)} (at most ${one.limit})`);
}
if (!Number.isFinite(sink)) throw new Error('unreachable: keeps the work from being optimized away');
process.exitCode = tooSlow > 0 ? 1 : 0;
