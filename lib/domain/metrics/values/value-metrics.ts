import type { ClassCases, ClassValue, NumberCases, SetScore, TrueRange } from './cases.ts';
import { correct, prepareAccuracy, prepareBalancedAccuracy } from './classes.ts';
import { prepareLinsConcordance, preparePearson, prepareSpearman } from './correlation.ts';
import { absoluteError, prepareMae, prepareR2, prepareRmse, squaredError } from './errors.ts';
import {
  brier,
  LARGEST_LOG_LOSS,
  LARGEST_SLOPE,
  logLoss,
  prepareBrierScore,
  prepareCalibrationSlope,
  prepareMeanLogLoss,
} from './probabilities.ts';
import { prepareAuroc, prepareAveragePrecision } from './ranking.ts';

/**
 * The metrics of tasks whose output is a value: the scorer, the pages and the documentation use this table. t is the
 * true value and p the prediction. A changed definition gets a new version.
 */

export const VALUE_METRIC_NAMES = [
  'absolute_error',
  'squared_error',
  'correct',
  'brier',
  'log_loss',
  'mae',
  'rmse',
  'r2',
  'pearson',
  'spearman',
  'lins_concordance',
  'accuracy',
  'balanced_accuracy',
  'auroc',
  'average_precision',
  'brier_score',
  'mean_log_loss',
  'calibration_slope',
] as const;
export type ValueMetricName = (typeof VALUE_METRIC_NAMES)[number];

export type ValueKind = 'Float' | 'Integer' | 'Bool' | 'String';

/** What a metric reads the values as, and from which kinds of sockets it can. */
export const VALUE_ROLES = {
  /** Any finite number. */
  numbers: { truth: ['Float', 'Integer'], output: ['Float', 'Integer'] },
  /** Truth and output of the same kind. */
  classes: { truth: ['Bool', 'Integer', 'String'], output: ['Bool', 'Integer', 'String'] },
  /** The probability of true, from 0 to 1; a Bool is 0 or 1. */
  probabilities: { truth: ['Bool'], output: ['Float', 'Bool'] },
  /** The higher, the more likely true; a Bool is 0 or 1. */
  scores: { truth: ['Bool'], output: ['Float', 'Integer', 'Bool'] },
} as const satisfies Record<string, { truth: readonly ValueKind[]; output: readonly ValueKind[] }>;
export type ValueRole = keyof typeof VALUE_ROLES;

interface Description {
  name: ValueMetricName;
  /** Used as a heading. */
  label: string;
  /** The definition as one line of text. */
  formula: string;
  /** Explanation in a sentence, for readers who don't read formulas. */
  meaning: string;
  /** `output` and `output²`: the unit of the output socket, and its square. */
  unit: '1' | 'output' | 'output²';
  /** Calibration is best at 1, so it is shown and never ranked. */
  better: 'higher' | 'lower' | 'closer to 1';
  version: number;
  /** What a failed case counts as. */
  failed: string;
  /** When the metric is undefined, for every team; null if never. */
  undefinedWhere: string | null;
  range: readonly [number | null, number | null];
  /** Decimals to display. */
  decimals: number;
  /** The source of the definition. */
  source: string;
}

interface Example<Value> {
  truth: readonly Value[];
  prediction: readonly Value[];
  arithmetic: string;
  /** Of the set; of its only case for a metric per case. */
  value: number;
}

interface PerCase<Value> {
  over: 'case';
  score: (truth: Value, prediction: Value) => number;
  /** The value of a failed case in means: a constant of the test set. */
  worst: (range: TrueRange) => number;
}

interface OverSet<Cases> {
  over: 'set';
  /** Reads the cases once; the result is then evaluated for any weights in O(n). */
  prepare: (cases: Cases) => SetScore;
}

type OnNumbers = { as: Exclude<ValueRole, 'classes'>; example: Example<number> } & (
  | PerCase<number>
  | OverSet<NumberCases>
);
type OnClasses = { as: 'classes'; example: Example<ClassValue> } & (
  | PerCase<ClassValue>
  | OverSet<ClassCases>
);

export type ValueMetricDefinition = Description & (OnNumbers | OnClasses);

const SKLEARN = 'as in scikit-learn';
const RANGE_AS_ERROR = 'the range of the true values as its error';
const FARTHER_END = 'the end of the true range that is farther from t';
const EQUAL_TRUTH = 'the true values are equal';
const ERROR = {
  as: 'numbers',
  better: 'lower',
  version: 1,
  failed: RANGE_AS_ERROR,
  range: [0, null],
  decimals: 3,
} as const;
const CORRELATION = {
  as: 'numbers',
  over: 'set',
  unit: '1',
  better: 'higher',
  version: 1,
  failed: FARTHER_END,
  undefinedWhere: EQUAL_TRUTH,
  range: [-1, 1],
  decimals: 3,
} as const;
const CLASS = {
  as: 'classes',
  unit: '1',
  better: 'higher',
  version: 1,
  failed: 'wrong',
  undefinedWhere: null,
  range: [0, 1],
  decimals: 3,
} as const;
const RANKED = {
  as: 'scores',
  over: 'set',
  unit: '1',
  better: 'higher',
  version: 1,
  failed: 'below all others where t is true, above all others where it is false',
  range: [0, 1],
  decimals: 3,
} as const;
const PROBABILITY = {
  as: 'probabilities',
  unit: '1',
  better: 'lower',
  version: 1,
  failed: 'p = 1 − t',
  undefinedWhere: null,
  decimals: 3,
} as const;
const BRIER_RANGE = { range: [0, 1] } as const;
const LOG_LOSS_RANGE = { range: [0, LARGEST_LOG_LOSS] } as const;

const FOUR_NUMBERS = { truth: [3, -0.5, 2, 7], prediction: [2.5, 0, 2, 8] } as const;
const FOUR_SCORES = { truth: [0, 0, 1, 1], prediction: [0.1, 0.4, 0.35, 0.8] } as const;

export const VALUE_METRICS: Readonly<Record<ValueMetricName, ValueMetricDefinition>> = {
  absolute_error: {
    ...ERROR,
    over: 'case',
    name: 'absolute_error',
    label: 'Absolute error',
    formula: 'abs(p − t)',
    meaning: 'How far the prediction is from the true value.',
    unit: 'output',
    undefinedWhere: null,
    source: 'Definition',
    score: absoluteError,
    worst: widthOf,
    example: { truth: [3], prediction: [2.5], arithmetic: 'abs(2.5 − 3)', value: 0.5 },
  },
  squared_error: {
    ...ERROR,
    over: 'case',
    name: 'squared_error',
    label: 'Squared error',
    formula: '(p − t)²',
    meaning: 'The square of the error, which weighs large errors more.',
    unit: 'output²',
    undefinedWhere: null,
    source: 'Definition',
    score: squaredError,
    worst: (range) => widthOf(range) ** 2,
    example: { truth: [7], prediction: [9], arithmetic: '(9 − 7)²', value: 4 },
  },
  correct: {
    ...CLASS,
    over: 'case',
    name: 'correct',
    label: 'Correct',
    formula: '1 if p = t, else 0',
    meaning: 'Whether the predicted class is the true one.',
    decimals: 0,
    source: 'Definition',
    score: correct,
    worst: () => 0,
    example: { truth: ['left'], prediction: ['right'], arithmetic: 'left is not right', value: 0 },
  },
  brier: {
    ...PROBABILITY,
    ...BRIER_RANGE,
    over: 'case',
    name: 'brier',
    label: 'Squared error of the probability',
    formula: '(p − t)²',
    meaning: 'The squared difference between the probability and what happened (1 or 0).',
    source: 'Brier 1950',
    score: brier,
    worst: () => 1,
    example: { truth: [1], prediction: [0.8], arithmetic: '(0.8 − 1)²', value: 0.04 },
  },
  log_loss: {
    ...PROBABILITY,
    ...LOG_LOSS_RANGE,
    over: 'case',
    name: 'log_loss',
    label: 'Log loss',
    formula: '−ln p where t is true, −ln(1 − p) where it is false; p clipped to [2⁻⁵², 1 − 2⁻⁵²]',
    meaning: 'The surprise at what happened: 0 for a certain and right prediction, at most 36.04.',
    source: SKLEARN,
    score: logLoss,
    worst: () => LARGEST_LOG_LOSS,
    example: { truth: [1], prediction: [0.8], arithmetic: '−ln 0.8', value: 0.223144 },
  },
  mae: {
    ...ERROR,
    over: 'set',
    name: 'mae',
    label: 'Mean absolute error',
    formula: 'Σ abs(p − t) / n',
    meaning: 'The mean distance of the predictions from the true values.',
    unit: 'output',
    undefinedWhere: 'all true values of the test set are equal',
    source: `mean_absolute_error ${SKLEARN}`,
    prepare: prepareMae,
    example: { ...FOUR_NUMBERS, arithmetic: '(0.5 + 0.5 + 0 + 1) / 4', value: 0.5 },
  },
  rmse: {
    ...ERROR,
    over: 'set',
    name: 'rmse',
    label: 'Root mean squared error',
    formula: '√(Σ (p − t)² / n)',
    meaning: 'Like the mean absolute error, but large errors weigh more.',
    unit: 'output',
    undefinedWhere: 'all true values of the test set are equal',
    source: `root_mean_squared_error ${SKLEARN}`,
    prepare: prepareRmse,
    example: { ...FOUR_NUMBERS, arithmetic: '√((0.25 + 0.25 + 0 + 1) / 4)', value: 0.612372 },
  },
  r2: {
    ...ERROR,
    over: 'set',
    name: 'r2',
    label: 'R²',
    formula: '1 − Σ (p − t)² / Σ (t − mean of t)²',
    meaning:
      'The share of the variance of the true values that the predictions explain; 0 for predicting their mean, negative for worse.',
    unit: '1',
    better: 'higher',
    undefinedWhere: EQUAL_TRUTH,
    range: [null, 1],
    source: `r2_score ${SKLEARN}`,
    prepare: prepareR2,
    example: { ...FOUR_NUMBERS, arithmetic: '1 − 1.5 / 29.1875', value: 0.948608 },
  },
  pearson: {
    ...CORRELATION,
    name: 'pearson',
    label: 'Pearson correlation',
    formula: 'cov(t, p) / √(var(t)·var(p)); 0 if the predictions are equal',
    meaning:
      'How well the predictions follow the true values on a straight line, whatever its slope and offset.',
    source: 'pearsonr as in SciPy',
    prepare: preparePearson,
    example: {
      truth: [1, 2, 3, 4, 5, 6, 7],
      prediction: [10, 9, 2.5, 6, 4, 3, 2],
      arithmetic: '−34.5 / √(28·61.928571)',
      value: -0.828504,
    },
  },
  spearman: {
    ...CORRELATION,
    name: 'spearman',
    label: 'Spearman correlation',
    formula: 'Pearson correlation of the ranks, equal values sharing the mean of their ranks',
    meaning: 'How well the predictions put the cases in order.',
    source: 'spearmanr as in SciPy',
    prepare: prepareSpearman,
    example: {
      truth: [1, 2, 3, 4, 5],
      prediction: [5, 6, 7, 8, 7],
      arithmetic: 'ranks 1, 2, 3.5, 5, 3.5: 8 / √(10·9.5)',
      value: 0.820783,
    },
  },
  lins_concordance: {
    ...CORRELATION,
    name: 'lins_concordance',
    label: 'Lin’s concordance',
    formula: '2·cov(t, p) / (var(t) + var(p) + (mean of t − mean of p)²), variances divided by n',
    meaning:
      'How close the points (t, p) are to the diagonal: correlation, less any difference in scale or offset.',
    source: 'Lin 1989',
    prepare: prepareLinsConcordance,
    example: {
      ...FOUR_NUMBERS,
      arithmetic: '2·7.890625 / (7.296875 + 8.796875 + (2.875 − 3.125)²)',
      value: 0.976789,
    },
  },
  accuracy: {
    ...CLASS,
    over: 'set',
    name: 'accuracy',
    label: 'Accuracy',
    formula: 'correct cases / n',
    meaning: 'The share of cases whose predicted class is the true one.',
    source: `accuracy_score ${SKLEARN}`,
    prepare: prepareAccuracy,
    example: { truth: [0, 1, 2, 3], prediction: [0, 2, 1, 3], arithmetic: '2 / 4', value: 0.5 },
  },
  balanced_accuracy: {
    ...CLASS,
    over: 'set',
    name: 'balanced_accuracy',
    label: 'Balanced accuracy',
    formula: 'mean over the true classes of: correct cases of the class / cases of the class',
    meaning: 'Accuracy with every true class weighing the same, however rare.',
    source: `balanced_accuracy_score ${SKLEARN}`,
    prepare: prepareBalancedAccuracy,
    example: {
      truth: [0, 1, 0, 0, 1, 0],
      prediction: [0, 1, 0, 0, 0, 1],
      arithmetic: '(3/4 + 1/2) / 2',
      value: 0.625,
    },
  },
  auroc: {
    ...RANKED,
    name: 'auroc',
    label: 'AUROC',
    formula: 'pairs of a true and a false case that p puts in order / all such pairs; ties count half',
    meaning: 'The probability that a case that is true gets a higher prediction than one that is false.',
    undefinedWhere: 'only one of the two outcomes occurs',
    source: `roc_auc_score ${SKLEARN}`,
    prepare: prepareAuroc,
    example: { ...FOUR_SCORES, arithmetic: '(1 + 2) / 4', value: 0.75 },
  },
  average_precision: {
    ...RANKED,
    name: 'average_precision',
    label: 'Average precision over cases',
    formula: 'Σ (Rₙ − Rₙ₋₁)·Pₙ over the steps of p; equal predictions are one step',
    meaning: 'Precision averaged over recall: how free of false cases the top of the list is.',
    undefinedWhere: 'no true case occurs',
    source: `average_precision_score ${SKLEARN}`,
    prepare: prepareAveragePrecision,
    example: { ...FOUR_SCORES, arithmetic: '1/2·1/1 + 1/2·2/3', value: 0.833333 },
  },
  brier_score: {
    ...PROBABILITY,
    ...BRIER_RANGE,
    over: 'set',
    name: 'brier_score',
    label: 'Brier score',
    formula: 'Σ (p − t)² / n',
    meaning: 'The mean squared difference between the probabilities and what happened.',
    source: `brier_score_loss ${SKLEARN}`,
    prepare: prepareBrierScore,
    example: {
      truth: [0, 1, 1, 0],
      prediction: [0.1, 0.9, 0.8, 0.3],
      arithmetic: '(0.01 + 0.01 + 0.04 + 0.09) / 4',
      value: 0.0375,
    },
  },
  mean_log_loss: {
    ...PROBABILITY,
    ...LOG_LOSS_RANGE,
    over: 'set',
    name: 'mean_log_loss',
    label: 'Mean log loss',
    formula:
      'the mean of −ln p where t is true and −ln(1 − p) where it is false; p clipped to [2⁻⁵², 1 − 2⁻⁵²]',
    meaning: 'The mean surprise at what happened; one certain and wrong prediction costs 36.04 / n.',
    source: `log_loss ${SKLEARN}`,
    prepare: prepareMeanLogLoss,
    example: {
      truth: [1, 0, 0, 1],
      prediction: [0.9, 0.1, 0.2, 0.65],
      arithmetic: '−(ln 0.9 + ln 0.9 + ln 0.8 + ln 0.65) / 4',
      value: 0.216162,
    },
  },
  calibration_slope: {
    ...PROBABILITY,
    over: 'set',
    name: 'calibration_slope',
    label: 'Calibration slope',
    formula: `b of the logistic regression logit(t) = a + b·logit(p), within ±${LARGEST_SLOPE}; p clipped to [2⁻⁵², 1 − 2⁻⁵²]; 0 if the predictions are equal`,
    meaning: 'Below 1, the probabilities are too extreme; above 1, not extreme enough.',
    better: 'closer to 1',
    undefinedWhere: 'only one of the two outcomes occurs',
    range: [-LARGEST_SLOPE, LARGEST_SLOPE],
    source: 'Cox 1958; Steyerberg 2019, logistic recalibration',
    prepare: prepareCalibrationSlope,
    example: {
      truth: [0, 0, 1, 0, 1, 1],
      prediction: [0.1, 0.3, 0.4, 0.6, 0.7, 0.9],
      arithmetic: 'maximum likelihood, with a = 0: b',
      value: 1.504792,
    },
  },
};

export function isValueMetricName(name: string): name is ValueMetricName {
  return (VALUE_METRIC_NAMES as readonly string[]).includes(name);
}

/** Whether a metric can be computed from a truth and an output of these kinds. */
export function takesKinds(name: ValueMetricName, truth: ValueKind, output: ValueKind): boolean {
  const { as } = VALUE_METRICS[name];
  const roles: { truth: readonly ValueKind[]; output: readonly ValueKind[] } = VALUE_ROLES[as];
  if (as === 'classes' && truth !== output) return false;
  return roles.truth.includes(truth) && roles.output.includes(output);
}

/** The smallest and largest of the true numbers. Throws Error if they are all equal, because no error is then worst. */
export function trueRangeOf(truth: Float64Array): TrueRange {
  const range = truth.reduce(
    ({ min, max }, value) => ({ min: Math.min(min, value), max: Math.max(max, value) }),
    { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
  );
  if (!(range.max > range.min))
    throw new Error('All true values are equal, so they can’t tell predictions apart.');
  return range;
}

function widthOf({ min, max }: TrueRange): number {
  return max - min;
}
