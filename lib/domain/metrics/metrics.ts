/**
 * The metrics: the scorer, the pages and the documentation use this table. P is the predicted foreground, T
 * the true one. A changed definition gets a new version; scores keep the version with which they were
 * computed.
 */

export const METRIC_NAMES = [
  'dice',
  'volume_difference',
  'volume_difference_voxels',
  'lesion_count_difference',
  'lesion_f1',
  'lesion_f1_iou25',
  'lesion_f1_greedy25',
  'precision',
  'sensitivity',
  'specificity',
  'hd95',
  'hd',
  'assd',
  'nsd_1mm',
  'nsd_2mm',
  'pr_auc',
  'pr_auc_trapezoid',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** '1' is a share without a unit. */
export type MetricUnit = '1' | 'ml' | 'voxels' | 'lesions' | 'mm';

/**
 * The value of a failed case in means, medians and differences: a constant of the test set, fixed when it is
 * sealed, so that failing never improves a score.
 */
export type WorstRule = 'zero' | 'largestVolumeMl' | 'largestVoxels' | 'largestLesions' | 'largestDiagonalMm';

export interface MetricDefinition {
  name: MetricName;
  /** Used as a heading. */
  label: string;
  /** The definition as one line of text. */
  formula: string;
  /** Explanation in a sentence, for readers who don't read formulas. */
  meaning: string;
  unit: MetricUnit;
  better: 'higher' | 'lower';
  version: number;
  worst: WorstRule;
  /** Value if P and T are both empty, and if exactly one of them is. */
  emptyMasks: { both: string; one: string };
  /**
   * When the metric has no value for any prediction, so that the case is left out of it for every team; null
   * if that never happens. Any other missing value is due to the prediction and takes the worst value.
   */
  undefinedWhere: 'emptyTruth' | 'fullTruth' | 'noMaps' | null;
  /** Whether the value depends on the connectivity of lesions: 6-, 18- or 26-connected voxels. */
  hasConnectivity: boolean;
  /** Whether the value is a volume or a distance, which a picture without a size in mm doesn't have. */
  needsMillimetres: boolean;
  /** Smallest and largest possible value; null if there is no largest. */
  range: readonly [number, number | null];
  /** Decimals to display. */
  decimals: number;
  /** The source of the definition. */
  source: string;
}

const SHARE = {
  unit: '1',
  range: [0, 1],
  decimals: 3,
  worst: 'zero',
  better: 'higher',
  needsMillimetres: false,
} as const;
const DISTANCE = {
  unit: 'mm',
  range: [0, null],
  decimals: 2,
  worst: 'largestDiagonalMm',
  better: 'lower',
  version: 1,
  emptyMasks: { both: '0', one: 'no value: ranks last, and counts as the largest grid’s diagonal in means' },
  undefinedWhere: null,
  hasConnectivity: false,
  needsMillimetres: true,
} as const;
const ZERO_IF_ONE_EMPTY = { both: '1', one: '0' } as const;

const ATLAS = 'ATLAS 2022 challenge (Liew et al.); equal to its published scorer on clean binary masks';
const SURFACE = 'Nikolov et al. 2018, as in google-deepmind/surface-distance';

export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = {
  dice: {
    ...SHARE,
    name: 'dice',
    label: 'Dice',
    formula: '2·|P ∩ T| / (|P| + |T|)',
    meaning: 'Overlap of the two masks: 1 if they are identical, 0 if they don’t overlap.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: false,
    source: ATLAS,
  },
  volume_difference: {
    name: 'volume_difference',
    label: 'Volume difference',
    formula: 'abs(|P| − |T|) · voxel volume',
    meaning: 'Absolute difference between the predicted and the true lesion volume.',
    unit: 'ml',
    better: 'lower',
    version: 1,
    worst: 'largestVolumeMl',
    emptyMasks: { both: '0', one: 'the volume of the other mask' },
    undefinedWhere: null,
    hasConnectivity: false,
    needsMillimetres: true,
    range: [0, null],
    decimals: 2,
    source: ATLAS,
  },
  volume_difference_voxels: {
    name: 'volume_difference_voxels',
    label: 'Volume difference in voxels',
    formula: 'abs(|P| − |T|)',
    meaning: 'The volume difference in voxels, as reported by ATLAS 2022.',
    unit: 'voxels',
    better: 'lower',
    version: 1,
    worst: 'largestVoxels',
    emptyMasks: { both: '0', one: 'the voxels of the other mask' },
    undefinedWhere: null,
    hasConnectivity: false,
    needsMillimetres: false,
    range: [0, null],
    decimals: 0,
    source: ATLAS,
  },
  lesion_count_difference: {
    name: 'lesion_count_difference',
    label: 'Lesion count difference',
    formula: 'abs(components(P) − components(T))',
    meaning:
      'Absolute difference between the numbers of predicted and true lesions, regardless of their location.',
    unit: 'lesions',
    better: 'lower',
    version: 1,
    worst: 'largestLesions',
    emptyMasks: { both: '0', one: 'the lesions of the other mask' },
    undefinedWhere: null,
    hasConnectivity: true,
    needsMillimetres: false,
    range: [0, null],
    decimals: 2,
    source: ATLAS,
  },
  lesion_f1: {
    ...SHARE,
    name: 'lesion_f1',
    label: 'Lesion F1',
    formula: 'TP / (TP + (FP + FN) / 2)',
    meaning:
      'Detection of lesions of any size: a true lesion is found (TP) if at least one of its voxels is predicted, and missed (FN) otherwise; a predicted lesion without a true voxel is a false positive (FP).',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: true,
    source: ATLAS,
  },
  lesion_f1_iou25: {
    ...SHARE,
    name: 'lesion_f1_iou25',
    label: 'Lesion F1 at IoU 0.25',
    formula: '2·TP / (2·TP + FP + FN)',
    meaning:
      'Detection and delineation of lesions: true and predicted lesions are matched one to one to maximize the sum of their IoU (more matches break ties), and a match (TP) needs IoU ≥ 0.25.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: true,
    source: 'Matching of instances as in panoptic quality (Kirillov et al. 2019), at IoU 0.25',
  },
  lesion_f1_greedy25: {
    ...SHARE,
    name: 'lesion_f1_greedy25',
    label: 'Lesion F1 at IoU 0.25, greedy',
    formula: '2·TP / (2·TP + FP + FN), pairs in order of falling IoU',
    meaning:
      'Detection and delineation of lesions: pairs of true and predicted lesions match (TP) in order of falling IoU, each lesion at most once, and a match needs IoU ≥ 0.25. Among equal IoU, the predicted lesion whose first voxel comes first in the file is taken first, then the true one.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: true,
    source: 'ISLES’26 challenge (panoptica, NaiveThresholdMatching; Kofler et al. 2023)',
  },
  precision: {
    ...SHARE,
    name: 'precision',
    label: 'Precision',
    formula: '|P ∩ T| / |P|',
    meaning: 'The fraction of predicted voxels that are lesion.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: false,
    source: 'Taha and Hanbury 2015',
  },
  sensitivity: {
    ...SHARE,
    name: 'sensitivity',
    label: 'Sensitivity',
    formula: '|P ∩ T| / |T|',
    meaning: 'The fraction of lesion voxels that are predicted.',
    version: 1,
    emptyMasks: {
      both: '1',
      one: '0 if P is empty; no value if T is empty: the case is left out for everyone',
    },
    undefinedWhere: 'emptyTruth',
    hasConnectivity: false,
    source: 'Taha and Hanbury 2015',
  },
  specificity: {
    ...SHARE,
    name: 'specificity',
    label: 'Specificity',
    formula: 'TN / (TN + FP), over the whole grid',
    meaning: 'The fraction of lesion-free voxels that aren’t predicted; close to 1 for small lesions.',
    version: 1,
    emptyMasks: {
      both: '1',
      one: 'as defined; no value where T fills the grid: the case is left out for everyone',
    },
    undefinedWhere: 'fullTruth',
    hasConnectivity: false,
    decimals: 5,
    source: 'Taha and Hanbury 2015',
  },
  hd95: {
    ...DISTANCE,
    name: 'hd95',
    label: 'Hausdorff distance, 95%',
    formula: 'max over both directions of min{d : area within d ≥ 95 %}',
    meaning: 'The distance between the two surfaces, ignoring the farthest 5% of each surface’s area.',
    source: SURFACE,
  },
  hd: {
    ...DISTANCE,
    name: 'hd',
    label: 'Hausdorff distance',
    formula: 'max over both directions of max d',
    meaning: 'The largest distance from a point of one surface to the other surface.',
    source: SURFACE,
  },
  assd: {
    ...DISTANCE,
    name: 'assd',
    label: 'Average surface distance',
    formula: 'Σ d·a / Σ a over both surfaces',
    meaning: 'The mean distance between the surfaces, weighted by area.',
    source: SURFACE,
  },
  nsd_1mm: {
    ...SHARE,
    name: 'nsd_1mm',
    label: 'Surface Dice at 1 mm',
    formula: 'area with d ≤ 1 mm / area, over both surfaces',
    meaning: 'The fraction of both surfaces that lies within 1 mm of the other surface.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: false,
    needsMillimetres: true,
    source: SURFACE,
  },
  nsd_2mm: {
    ...SHARE,
    name: 'nsd_2mm',
    label: 'Surface Dice at 2 mm',
    formula: 'area with d ≤ 2 mm / area, over both surfaces',
    meaning: 'The fraction of both surfaces that lies within 2 mm of the other surface.',
    version: 1,
    emptyMasks: ZERO_IF_ONE_EMPTY,
    undefinedWhere: null,
    hasConnectivity: false,
    needsMillimetres: true,
    source: SURFACE,
  },
  pr_auc: {
    ...SHARE,
    name: 'pr_auc',
    label: 'Average precision',
    formula: 'Σ (Rₙ − Rₙ₋₁)·Pₙ over the steps of the probability map',
    meaning:
      'How well the probability map ranks voxels: precision averaged over recall, in steps without interpolation. Voxels with equal probability form one step.',
    version: 1,
    emptyMasks: {
      both: '1 if the map is below 0.5 everywhere, else 0',
      one: '0 where no map came; no value where the phase takes no maps',
    },
    undefinedWhere: 'noMaps',
    hasConnectivity: false,
    source: 'Average precision as in scikit-learn',
  },
  pr_auc_trapezoid: {
    ...SHARE,
    name: 'pr_auc_trapezoid',
    label: 'Precision–recall area, trapezoids',
    formula: 'Σ (Rₙ − Rₙ₋₁)·(Pₙ₋₁ + Pₙ) / 2 over the points of the curve, from (0, 1)',
    meaning:
      'The area below the straight lines between the points of the precision–recall curve. The lines credit thresholds that the map doesn’t have: a map of nothing but 0 and 1 can score 0.3 to 0.4 where average precision says 0.06, so compare it only with other values of this metric.',
    version: 1,
    emptyMasks: {
      both: '1 if all values of the map are equal, else 0',
      one: '0 where no map came; no value where the phase takes no maps',
    },
    undefinedWhere: 'noMaps',
    hasConnectivity: false,
    source: 'ISLES’26 challenge: auc(recall, precision) of scikit-learn',
  },
};

export function isMetricName(name: string): name is MetricName {
  return (METRIC_NAMES as readonly string[]).includes(name);
}

/** Facts of a truth from which worst values and undefined metrics are derived. */
export interface TruthExtent {
  /** Foreground voxels. */
  voxels: number;
  /** All voxels of the grid. */
  gridVoxels: number;
  volumeMl: number;
  /** Number of lesions for the phase's connectivity. */
  lesions: number;
  /** The diagonal of the grid, in mm. */
  diagonalMm: number;
  /** False for a picture, whose pixels have no size: its volume and diagonal then count pixels as 1 mm. */
  hasMillimetres: boolean;
  /** Of each label, where the mask has labels. */
  labels?: Readonly<Record<string, LabelExtent>>;
}

export type LabelExtent = Pick<TruthExtent, 'voxels' | 'volumeMl' | 'lesions'>;

/** Sizes of a truth that decide whether a metric is undefined on it. */
export interface TrueSizes extends Pick<TruthExtent, 'voxels' | 'gridVoxels' | 'hasMillimetres'> {
  labels?: Readonly<Record<string, Pick<LabelExtent, 'voxels'>>>;
}

/** Facts of a case that decide whether a metric is undefined, whatever the prediction. */
export interface CaseFacts {
  /** null if the truth was not opened, because no metric of the phase depends on it. */
  truth: TrueSizes | null;
  takesProbabilityMaps: boolean;
}

/** Whether the truth must be known to decide if the metric is undefined on a case. */
export function dependsOnTruth(name: MetricName): boolean {
  const { undefinedWhere } = METRICS[name];
  return undefinedWhere === 'emptyTruth' || undefinedWhere === 'fullTruth';
}

/**
 * Whether the metric has no value on the case for any prediction. The case is then left out of it for every
 * team, including those that failed on it (scoring.md, "From cases to a score").
 *
 * Where the mask has labels, lib/domain/metrics/labels.ts decides.
 * @throws Error if the metric depends on the truth and none is given, which is a bug of the caller.
 */
export function isUndefined(name: MetricName, { truth, takesProbabilityMaps }: CaseFacts): boolean {
  if (METRICS[name].needsMillimetres && truth?.hasMillimetres === false) return true;
  if (!dependsOnTruth(name)) return METRICS[name].undefinedWhere === 'noMaps' && !takesProbabilityMaps;
  if (truth === null) throw new Error(`Whether ${name} has a value depends on the truth.`);
  return METRICS[name].undefinedWhere === 'emptyTruth'
    ? truth.voxels === 0
    : truth.voxels === truth.gridVoxels;
}

/**
 * The worst value of every metric, in its unit: 0 for shares, the largest true volume and lesion count of the
 * set, and the diagonal of the largest grid for distances (scoring.md, "From cases to a score").
 */
export function worstValues(extents: readonly TruthExtent[]): Record<MetricName, number> {
  if (extents.length === 0) throw new Error('A test set without cases has no worst values.');
  const largest = (read: (extent: TruthExtent) => number) =>
    extents.reduce((max, extent) => Math.max(max, read(extent)), 0);
  const values: Record<WorstRule, number> = {
    zero: 0,
    largestVolumeMl: largest((extent) => extent.volumeMl),
    largestVoxels: largest((extent) => extent.voxels),
    largestLesions: largest((extent) => extent.lesions),
    largestDiagonalMm: largest((extent) => extent.diagonalMm),
  };
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, values[METRICS[name].worst]])) as Record<
    MetricName,
    number
  >;
}
