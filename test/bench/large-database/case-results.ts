import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { IndexedCase } from '#lib/domain/evaluations/fill-missing-cases.ts';
import type { PhaseMetric } from '#lib/domain/phases/phase-metrics.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Random } from './random.ts';

export const METRICS_OF_PHASES: readonly PhaseMetric[] = [
  { metric: 'dice', weight: 1 },
  { metric: 'lesion_f1', weight: 1 },
  { metric: 'volume_difference', weight: 1 },
  { metric: 'hd95', weight: 1 },
  { metric: 'sensitivity', weight: 0 },
];
export const METRIC_INFOS_OF_PHASES = METRICS_OF_PHASES.map(({ metric }) => requireMetric(STROKE_T1, metric));

/** In the unit of each metric: those of scans on the ATLAS grid, whose largest lesion has 390 ml. */
export const WORST = { dice: 0, lesion_f1: 0, volume_difference: 390, hd95: 337.4, sensitivity: 0 };

const FAILED_SHARE = 0.02;
const FAILURES: readonly { status: 'FAILED' | 'REJECTED'; code: SubmissionErrorCode }[] = [
  { status: 'FAILED', code: 'TIME_LIMIT' },
  { status: 'FAILED', code: 'EXIT_NONZERO' },
  { status: 'FAILED', code: 'OUT_OF_MEMORY' },
  { status: 'REJECTED', code: 'NOT_BINARY' },
  { status: 'REJECTED', code: 'SHAPE' },
];

/** A case of a test set. */
export interface SyntheticCase {
  /** 0 without a lesion. */
  lesionMl: number;
  /** Standard normal: how much better than average all algorithms are on it. */
  ease: number;
}

/** Lesion volumes as in ATLAS: log-normal, and 3 % of the cases without a lesion. */
export function syntheticCases(random: Random, count: number): SyntheticCase[] {
  return Array.from({ length: count }, () => {
    const drawn = Math.exp(1.58 + 2.16 * random.normal());
    const lesionMl = random.chance(0.03) ? 0 : Math.min(Math.max(drawn, 0.01), 390);
    return { lesionMl, ease: random.normal() };
  });
}

export interface SyntheticResult extends IndexedCase {
  code: SubmissionErrorCode | null;
}

/** The results of an algorithm on all cases. @param skill standard normal. */
export function evaluateCases(
  random: Random,
  cases: readonly SyntheticCase[],
  skill: number,
): SyntheticResult[] {
  return cases.map((one, caseIndex): SyntheticResult => {
    const undefinedMetrics = one.lesionMl === 0 ? ['sensitivity'] : [];
    if (random.chance(FAILED_SHARE)) {
      return { caseIndex, ...random.pick(FAILURES), metrics: {}, undefinedMetrics };
    }
    const metrics = one.lesionMl === 0 ? withoutLesion(random, skill) : withLesion(random, one, skill);
    return { caseIndex, status: 'SCORED', code: null, metrics, undefinedMetrics };
  });
}

function withoutLesion(random: Random, skill: number): SyntheticResult['metrics'] {
  if (random.chance(share(skill))) {
    return { dice: 1, lesion_f1: 1, volume_difference: 0, hd95: 0, sensitivity: null };
  }
  const predictedMl = Math.exp(random.normal());
  return { dice: 0, lesion_f1: 0, volume_difference: predictedMl, hd95: null, sensitivity: null };
}

function withLesion(
  random: Random,
  { lesionMl, ease }: SyntheticCase,
  skill: number,
): SyntheticResult['metrics'] {
  const quality = 0.9 + 0.5 * skill + 0.7 * ease + 0.5 * random.normal();
  if (random.chance(0.1 * share(-quality))) {
    return { dice: 0, lesion_f1: 0, volume_difference: lesionMl, hd95: null, sensitivity: 0 };
  }
  const dice = share(quality);
  return {
    dice,
    lesion_f1: share(quality + 0.6 * random.normal()),
    volume_difference: Math.min(lesionMl * (1 - dice) * Math.abs(random.normal()), WORST.volume_difference),
    hd95: Math.min(Math.exp(3 - quality + 0.5 * random.normal()), WORST.hd95),
    sensitivity: share(quality + 0.4 * random.normal()),
  };
}

/** The logistic function: any number as a share. */
function share(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
