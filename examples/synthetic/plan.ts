import { TERRITORIES, type Territory } from './lesions/territories.ts';
import { normalCdf } from './numeric/normal-distribution.ts';
import { RandomStream } from './numeric/random.ts';
import { type Chronicity, randomSites, type Site } from './sites.ts';

/** ln of the total lesion volume in ml, and the range outside which it is resampled. */
export const LN_VOLUME = { mean: 1.58, deviation: 2.16 };
export const VOLUME_ML = { min: 0.01, max: 390 };
export const EMPTY_SHARE = 0.03;
/** Number of lesions; the last entry stands for six or more. */
export const COMPONENT_WEIGHTS = [47, 21, 13, 8, 3, 9] as const;
const MAX_COMPONENTS = 30;
export const TERRITORY_SHARES: Readonly<Record<Territory, number>> = {
  MCA: 0.65,
  deep: 0.12,
  PCA: 0.1,
  ACA: 0.06,
  vertebrobasilar: 0.07,
};
/** Larger lesions do not fit and go to the MCA, whose share of small ones is reduced accordingly. */
export const TERRITORY_CAPACITY_ML: Readonly<Record<Territory, number>> = {
  MCA: Number.POSITIVE_INFINITY,
  deep: 12,
  PCA: 70,
  ACA: 60,
  vertebrobasilar: 30,
};
/** A voxel is 1 µl. */
export const MIN_COMPONENT_VOXELS = 4;

export type Side = 'left' | 'right';

export interface LesionPlan {
  voxels: number;
  territory: Territory;
  side: Side;
  /** Starts around the insula, as if the trunk or a main branch of the artery is occluded. */
  proximal: boolean;
  /** 0: softened tissue, 1: a cavity filled with CSF. */
  cavitation: number;
  /** T1 signal of gliotic tissue, white matter = 1. */
  glioticSignal: number;
  /** Only a few percent darker than its surroundings. */
  nearlyIsointense: boolean;
  rimMm: number;
  /** Fraction of the original tissue pattern that remains visible in softened tissue. */
  retainedPattern: number;
  /** Elongation along one direction, which is chosen during growth. */
  elongation: number;
  /** −1: prefers white matter, 1: prefers the cortex. */
  corticalLeaning: number;
}

export interface CasePlan {
  index: number;
  site: Site;
  chronicity: Chronicity;
  /** null if the site did not record it. */
  daysPostStroke: number | null;
  /** Largest first; empty in a case without lesions. */
  lesions: LesionPlan[];
  /** Of the largest lesion. */
  territory: Territory | null;
  totalVolumeMl: number;
}

/**
 * Plans everything in a case's truth and metadata, from its own random stream; the rendering follows the
 * plan.
 */
export function planCase(seed: string, index: number): CasePlan {
  const random = new RandomStream(seed, `case ${index} plan`);
  const site = random.choose(randomSites(seed).map((entry) => [entry, entry.weight] as const));
  const chronicity = random.choose(Object.entries(site.chronicityWeights) as [Chronicity, number][]);
  const days = randomDays(random, chronicity);
  const daysPostStroke = random.chance(0.08) ? null : days;
  const empty = random.chance(EMPTY_SHARE);
  const lesions = empty ? [] : randomLesions(random, chronicity);
  return {
    index,
    site,
    chronicity,
    daysPostStroke,
    lesions,
    territory: lesions[0]?.territory ?? null,
    totalVolumeMl: lesions.reduce((sum, lesion) => sum + lesion.voxels, 0) / 1000,
  };
}

/** The same patient before the stroke. */
export function withoutLesions(plan: CasePlan): CasePlan {
  return { ...plan, lesions: [], territory: null, totalVolumeMl: 0 };
}

const DAYS: Readonly<Record<Chronicity, readonly [number, number]>> = {
  acute: [1, 7],
  subacute: [8, 180],
  chronic: [181, 5000],
};

function randomDays(random: RandomStream, chronicity: Chronicity): number {
  const [low, high] = DAYS[chronicity];
  return Math.round(Math.exp(random.between(Math.log(low), Math.log(high))));
}

function randomLesions(random: RandomStream, chronicity: Chronicity): LesionPlan[] {
  const totalMl = randomTotalVolumeMl(random);
  const totalVoxels = Math.round(totalMl * 1000);
  const count = randomComponentCount(random, totalVoxels);
  const sizes = splitVoxels(random, totalVoxels, count);
  const territory = randomTerritory(random, totalMl);
  const side: Side = random.chance(0.5) ? 'left' : 'right';
  // A large infarct that is hardly visible would not be a meaningful test.
  const faint = random.chance(chronicity === 'chronic' ? 0.06 : 0.3);
  const nearlyIsointense = faint && totalMl < 20;
  return sizes.map((voxels, rank) => {
    // Scattered emboli: most lesions of a case share an artery, some don't.
    const elsewhere = rank > 0 && random.chance(0.3);
    return {
      voxels,
      territory: elsewhere ? randomTerritory(random, voxels / 1000) : territory,
      proximal: rank === 0 && territory === 'MCA' && voxels > 20_000,
      side: elsewhere && random.chance(0.5) ? opposite(side) : side,
      ...randomAppearance(random, chronicity, nearlyIsointense),
    };
  });
}

function randomTotalVolumeMl(random: RandomStream): number {
  for (;;) {
    const ml = Math.exp(LN_VOLUME.mean + LN_VOLUME.deviation * random.normal());
    if (ml >= VOLUME_ML.min && ml <= VOLUME_ML.max) return ml;
  }
}

function randomComponentCount(random: RandomStream, totalVoxels: number): number {
  const picked = random.choose(COMPONENT_WEIGHTS.map((weight, i) => [i + 1, weight] as const));
  const tail = picked < 6 ? 0 : Math.floor(-4 * Math.log(1 - random.uniform()));
  return Math.max(1, Math.min(picked + tail, MAX_COMPONENTS, Math.floor(totalVoxels / MIN_COMPONENT_VOXELS)));
}

/** Log-normal shares, so that one lesion is usually much larger than the others. Largest first. */
function splitVoxels(random: RandomStream, total: number, count: number): number[] {
  const weights = Array.from({ length: count }, () => Math.exp(1.4 * random.normal()));
  const sum = weights.reduce((a, b) => a + b, 0);
  const spare = total - count * MIN_COMPONENT_VOXELS;
  const sizes = weights.map((weight) => MIN_COMPONENT_VOXELS + Math.floor((spare * weight) / sum));
  sizes.sort((a, b) => b - a);
  sizes[0]! += total - sizes.reduce((a, b) => a + b, 0);
  return sizes;
}

/** The shares are exact over all volumes: a territory takes its share from the volumes that fit into it. */
function randomTerritory(random: RandomStream, volumeMl: number): Territory {
  const weights = TERRITORIES.filter((territory) => territory !== 'MCA').map((territory) => {
    const capacity = TERRITORY_CAPACITY_ML[territory];
    const weight = volumeMl <= capacity ? TERRITORY_SHARES[territory] / volumeShareBelow(capacity) : 0;
    return [territory, weight] as [Territory, number];
  });
  const others = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return random.choose([['MCA', 1 - others], ...weights]);
}

/** Fraction of lesion volumes up to `ml` in the truncated log-normal distribution. */
function volumeShareBelow(ml: number): number {
  const cdf = (value: number) => normalCdf((Math.log(value) - LN_VOLUME.mean) / LN_VOLUME.deviation);
  return (cdf(ml) - cdf(VOLUME_ML.min)) / (cdf(VOLUME_ML.max) - cdf(VOLUME_ML.min));
}

function randomAppearance(random: RandomStream, chronicity: Chronicity, nearlyIsointense: boolean) {
  const cavitation =
    chronicity === 'chronic'
      ? random.between(0.75, 1) * (random.chance(0.15) ? 0.5 : 1)
      : chronicity === 'subacute'
        ? random.between(0, 0.55)
        : random.between(0, 0.15);
  return {
    cavitation: nearlyIsointense ? 0 : cavitation,
    glioticSignal: chronicity === 'acute' ? random.between(0.6, 0.75) : random.between(0.45, 0.62),
    nearlyIsointense,
    rimMm: random.between(1, 3),
    retainedPattern: chronicity === 'chronic' ? random.between(0.1, 0.3) : random.between(0.35, 0.6),
    elongation: random.between(1, 2.2),
    corticalLeaning: random.between(-1, 1),
  };
}

function opposite(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}
