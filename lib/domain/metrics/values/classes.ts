import { type ClassCases, type ClassValue, type SetScore, weightedMean } from './cases.ts';

/** Agreement of predicted and true classes. A failed case is wrong. */

export function correct(truth: ClassValue, prediction: ClassValue): number {
  return truth === prediction ? 1 : 0;
}

export function prepareAccuracy(cases: ClassCases): SetScore {
  const hits = hitsOf(cases);
  return (weights) => weightedMean(hits, weights);
}

/** The mean, over the classes that occur in the truth, of the share of their cases that are correct. */
export function prepareBalancedAccuracy(cases: ClassCases): SetScore {
  const hits = hitsOf(cases);
  const classes = new Map<ClassValue, number>();
  const classOf = Int32Array.from(cases.truth, (value) => {
    const known = classes.get(value) ?? classes.size;
    classes.set(value, known);
    return known;
  });
  const [found, all] = [new Float64Array(classes.size), new Float64Array(classes.size)];
  return (weights) => {
    found.fill(0);
    all.fill(0);
    for (let i = 0; i < hits.length; i++) {
      found[classOf[i]!]! += weights[i]! * hits[i]!;
      all[classOf[i]!]! += weights[i]!;
    }
    let [sum, present] = [0, 0];
    for (let one = 0; one < all.length; one++) {
      if (all[one] === 0) continue;
      sum += found[one]! / all[one]!;
      present += 1;
    }
    return present === 0 ? null : sum / present;
  };
}

function hitsOf({ truth, prediction }: ClassCases): Float64Array {
  return Float64Array.from(prediction, (value, i) => (value === null ? 0 : correct(truth[i]!, value)));
}
