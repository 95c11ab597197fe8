import { RandomStream } from '#examples/synthetic/numeric/random.ts';
import type { CasePlan } from '#examples/synthetic/plan.ts';

/** What is known of a synthetic patient besides the scan, and how they recover. */
export interface Recovery {
  /** Years. */
  age: number;
  /** Fugl-Meyer score of the upper limb in the first days, 0 to 66 points. */
  initialScore: number;
  /** The same after three months, with one decimal, as a mean of two raters. */
  finalScore: number;
  walksIndependently: boolean;
}

export const MAX_SCORE = 66;
/** Points that a lesion of 1.7 ml (ln 2.7 = 1) costs in the first days. */
const INITIAL_LOSS = 8;
/** Share of the lost points that a small lesion gives back, as the proportional recovery rule says: 0.7. */
const RECOVERED_SHARE = 0.7;
/** How much the share falls with ln(1 + ml), and per year above 65. */
const SHARE_PER_LN_ML = 0.07;
const SHARE_PER_YEAR = 0.004;
/** Half of the patients with this score walk independently. */
const WALKING_SCORE = 53;

/** Recovery of case `index` of a seed, from its own random stream: larger lesions and older patients recover less. */
export function planRecovery(seed: string, { index, totalVolumeMl }: CasePlan): Recovery {
  const random = new RandomStream(seed, `case ${index} recovery`);
  const size = Math.log1p(totalVolumeMl);
  const age = Math.round(Math.max(25, Math.min(92, 65 + 12 * random.normal())));
  const initialScore = Math.round(points(60 - INITIAL_LOSS * size + 7 * random.normal()));
  const share =
    RECOVERED_SHARE - SHARE_PER_LN_ML * size - SHARE_PER_YEAR * (age - 65) + 0.07 * random.normal();
  const recovered = Math.max(0, Math.min(1, share)) * (MAX_SCORE - initialScore);
  const finalScore = Math.round(10 * points(initialScore + recovered)) / 10;
  const chance = 1 / (1 + Math.exp(-(finalScore - WALKING_SCORE) / 4));
  return { age, initialScore, finalScore, walksIndependently: random.uniform() < chance };
}

function points(score: number): number {
  return Math.max(0, Math.min(MAX_SCORE, score));
}
