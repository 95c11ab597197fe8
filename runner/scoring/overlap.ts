import type { Components } from './components.ts';
import type { Runs } from './runs.ts';

/** A true and a predicted component that share voxels. */
export interface Overlap {
  truth: number;
  prediction: number;
  voxels: number;
}

/** Which components share how many voxels; the sum over all is |P ∩ T|. */
export function overlapsOf(
  truth: Runs,
  truthComponents: Components,
  prediction: Runs,
  predictionComponents: Components,
): Overlap[] {
  const byPair = new Map<number, Overlap>();
  let latest: Overlap | undefined;
  let t = 0;
  let p = 0;
  while (t < truth.row.length && p < prediction.row.length) {
    const rows = truth.row[t]! - prediction.row[p]!;
    if (rows < 0) t++;
    else if (rows > 0) p++;
    else {
      const shared =
        Math.min(truth.end[t]!, prediction.end[p]!) - Math.max(truth.start[t]!, prediction.start[p]!);
      if (shared > 0) {
        const a = truthComponents.ofRun[t]!;
        const b = predictionComponents.ofRun[p]!;
        if (latest?.truth !== a || latest.prediction !== b) {
          const key = a * predictionComponents.count + b;
          latest = byPair.get(key);
          if (latest === undefined) {
            latest = { truth: a, prediction: b, voxels: 0 };
            byPair.set(key, latest);
          }
        }
        latest.voxels += shared;
      }
      if (truth.end[t]! < prediction.end[p]!) t++;
      else p++;
    }
  }
  return [...byPair.values()];
}
