import { type NumberCases, type SetScore, withoutFailed } from './cases.ts';
import { orderOf } from './order.ts';

/**
 * How well a score separates positive from negative cases (truth 1 and 0). A failed case counts as the worst score
 * possible: below all others if it is positive, above all others if it is negative.
 */

/** The probability that a positive case has a higher score than a negative one; ties count half. */
export function prepareAuroc(cases: NumberCases): SetScore {
  const { truth } = cases;
  const { places, groupEnds } = orderOf(scoresOf(cases));
  return (weights) => {
    let [ordered, positives, negatives, from] = [0, 0, 0, 0];
    for (const end of groupEnds) {
      let [positiveHere, negativeHere] = [0, 0];
      for (let i = from; i < end; i++) {
        const place = places[i]!;
        if (truth[place] === 1) positiveHere += weights[place]!;
        else negativeHere += weights[place]!;
      }
      ordered += positiveHere * (negatives + negativeHere / 2);
      positives += positiveHere;
      negatives += negativeHere;
      from = end;
    }
    return positives === 0 || negatives === 0 ? null : ordered / (positives * negatives);
  };
}

/** Σ (Rₙ − Rₙ₋₁)·Pₙ over descending scores; cases with equal scores are one step. */
export function prepareAveragePrecision(cases: NumberCases): SetScore {
  const { truth } = cases;
  const { places, groupEnds } = orderOf(scoresOf(cases));
  return (weights) => {
    let [sum, positives, all] = [0, 0, 0];
    for (let group = groupEnds.length - 1; group >= 0; group--) {
      const before = positives;
      for (let i = group === 0 ? 0 : groupEnds[group - 1]!; i < groupEnds[group]!; i++) {
        const place = places[i]!;
        if (truth[place] === 1) positives += weights[place]!;
        all += weights[place]!;
      }
      if (positives > before) sum += ((positives - before) * positives) / all;
    }
    return positives === 0 ? null : sum / positives;
  };
}

function scoresOf(cases: NumberCases): Float64Array {
  return withoutFailed(cases, (truth) => (truth === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY));
}
