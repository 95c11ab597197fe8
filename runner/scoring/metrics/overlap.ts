import type { Components } from '#runner/scoring/geometry/components.ts';
import { IntList } from '#runner/scoring/geometry/int-list.ts';
import type { RunLengths } from '#runner/scoring/geometry/run-lengths.ts';

/**
 * Pairs of true and predicted components that share voxels, and how many. Stored as typed arrays because a
 * mask of noise has millions of pairs: typed arrays are outside the JavaScript heap, and exhausting that
 * would end the process.
 */
export interface Overlaps {
  length: number;
  truth: Int32Array;
  prediction: Int32Array;
  voxels: Int32Array;
}

/** All pairs of overlapping components, each once; the sum of their voxels is |P ∩ T|. */
export function overlapsOf(
  truth: RunLengths,
  truthComponents: Components,
  prediction: RunLengths,
  predictionComponents: Components,
): Overlaps {
  const shared = sharedRuns(truth, truthComponents, prediction, predictionComponents);
  const { order, start } = groupByTruth(shared.truth, truthComponents.count);
  const result = { truth: new IntList(), prediction: new IntList(), voxels: new IntList() };
  // Voxels that the current component shares with each predicted one; reset to zero after each component.
  const sum = new Int32Array(predictionComponents.count);
  for (let t = 0; t < truthComponents.count; t++) {
    for (let i = start[t]!; i < start[t + 1]!; i++)
      sum[shared.prediction[order[i]!]!]! += shared.voxels[order[i]!]!;
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const p = shared.prediction[order[i]!]!;
      if (sum[p] === 0) continue;
      result.truth.push(t);
      result.prediction.push(p);
      result.voxels.push(sum[p]!);
      sum[p] = 0;
    }
  }
  return {
    length: result.truth.length,
    truth: result.truth.values(),
    prediction: result.prediction.values(),
    voxels: result.voxels.values(),
  };
}

/** All stretches of voxels in both masks, in file order. */
function sharedRuns(
  truth: RunLengths,
  truthComponents: Components,
  prediction: RunLengths,
  predictionComponents: Components,
): Omit<Overlaps, 'length'> {
  const shared = { truth: new IntList(), prediction: new IntList(), voxels: new IntList() };
  let t = 0;
  let p = 0;
  while (t < truth.row.length && p < prediction.row.length) {
    const rows = truth.row[t]! - prediction.row[p]!;
    if (rows < 0) t++;
    else if (rows > 0) p++;
    else {
      const voxels =
        Math.min(truth.end[t]!, prediction.end[p]!) - Math.max(truth.start[t]!, prediction.start[p]!);
      if (voxels > 0) {
        shared.truth.push(truthComponents.ofRun[t]!);
        shared.prediction.push(predictionComponents.ofRun[p]!);
        shared.voxels.push(voxels);
      }
      if (truth.end[t]! < prediction.end[p]!) t++;
      else p++;
    }
  }
  return {
    truth: shared.truth.values(),
    prediction: shared.prediction.values(),
    voxels: shared.voxels.values(),
  };
}

/** The order of the stretches by true component, and the start of each component in it. */
function groupByTruth(component: Int32Array, count: number): { order: Int32Array; start: Int32Array } {
  const start = new Int32Array(count + 1);
  for (let i = 0; i < component.length; i++) start[component[i]! + 1]! += 1;
  for (let c = 0; c < count; c++) start[c + 1]! += start[c]!;
  const next = start.slice();
  const order = new Int32Array(component.length);
  for (let i = 0; i < component.length; i++) order[next[component[i]!]!++] = i;
  return { order, start };
}
