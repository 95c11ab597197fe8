import { RandomStream } from './numeric/random.ts';

const SITE_COUNT = 9;
export type Chronicity = 'acute' | 'subacute' | 'chronic';

/** A scanner and its patients. Sites differ in size, brightness, sharpness and chronicity. */
export interface Site {
  name: string;
  weight: number;
  chronicityWeights: Readonly<Record<Chronicity, number>>;
  /** Intensity of white matter in arbitrary units: 10² to 10⁵. */
  gain: number;
  gamma: number;
  /** Standard deviation of the blur on each axis, in mm. */
  blurMm: readonly [number, number, number];
  /** White matter signal over the noise's standard deviation; cases vary around it. */
  signalToNoise: number;
  /** Strength of the bias field: approximately its standard deviation in ln(intensity). */
  bias: number;
}

/** The sites of a seed, shared by all its cases. */
export function randomSites(seed: string): Site[] {
  const random = new RandomStream(seed, 'sites');
  const decade = 3 / SITE_COUNT;
  const decades = shuffle(
    random,
    Array.from({ length: SITE_COUNT }, (_, i) => i),
  );
  return Array.from({ length: SITE_COUNT }, (_, index) => {
    const inPlane = random.between(0.25, 0.65);
    const thick = random.chance(0.3) ? random.between(0.9, 1.3) : inPlane;
    const thickAxis = random.below(3);
    const chronic = random.between(0.45, 0.95);
    const acute = (1 - chronic) * random.between(0.1, 0.5);
    return {
      name: `S${String(index + 1).padStart(2, '0')}`,
      weight: 1 / (index + 1), // uneven: the largest site contributes a third of all cases
      chronicityWeights: { acute, subacute: 1 - chronic - acute, chronic },
      gain: 10 ** (2 + decade * (decades[index]! + random.uniform())),
      gamma: random.between(0.8, 1.25),
      blurMm: [0, 1, 2].map((axis) => (axis === thickAxis ? thick : inPlane)) as [number, number, number],
      signalToNoise: random.between(12, 28),
      bias: random.between(0.04, 0.16),
    };
  });
}

function shuffle<T>(random: RandomStream, values: T[]): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
