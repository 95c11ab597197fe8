import type { Volume } from '#runner/imaging/volume.ts';

/**
 * The mean over the labels of the truth of Dice's coefficient, 2·|P ∩ T| / (|P| + |T|). Label 0 is background. If the
 * truth has no label, it is 1 for a prediction without one and 0 for any other.
 *
 * @returns null if the pictures have different sizes.
 */
export function meanDice(truth: Volume, prediction: Volume): number | null {
  if (truth.shape.some((size, axis) => size !== prediction.shape[axis])) return null;
  const inTruth = new Map<number, number>();
  const inPrediction = new Map<number, number>();
  const inBoth = new Map<number, number>();
  for (let at = 0; at < truth.data.length; at++) {
    const [is, says] = [Number(truth.data[at]), Number(prediction.data[at])];
    count(inTruth, is);
    count(inPrediction, says);
    if (is === says) count(inBoth, is);
  }
  const labels = [...inTruth.keys()].filter((label) => label !== 0);
  if (labels.length === 0) return [...inPrediction.keys()].some((label) => label !== 0) ? 0 : 1;
  const dice = labels.map(
    (label) => (2 * (inBoth.get(label) ?? 0)) / ((inTruth.get(label) ?? 0) + (inPrediction.get(label) ?? 0)),
  );
  return dice.reduce((sum, value) => sum + value, 0) / dice.length;
}

function count(counts: Map<number, number>, label: number): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
