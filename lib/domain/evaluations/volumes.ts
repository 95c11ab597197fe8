import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { decodeCaseValues, encodeCaseValues } from './case-values.ts';

/**
 * The predicted and the true volume of each case in ml, which a phase with `recordsVolumes` keeps beside the metrics. They
 * aren't metrics: nothing is ranked by them, and what is shown of them follows from rules of its own
 * (docs/decisions/0150-volumes-in-clear.md).
 */
export const PREDICTED_VOLUME = 'predicted_volume';
export const TRUE_VOLUME = 'true_volume';
export const VOLUME_KEYS: readonly string[] = [PREDICTED_VOLUME, TRUE_VOLUME];

/** The volumes of a case without a failure. */
export interface CaseVolumes {
  caseIndex: number;
  predictedMl: number;
  trueMl: number;
}

/** What is stored of the volumes when an evaluation is scored, by `encodeCaseValues`. */
export type EncodedVolumes = { metric: string; values: Uint8Array<ArrayBuffer> }[];

/** @param cases in the order of the test set, complete. */
export function encodeVolumes(cases: readonly RecordedCase[]): EncodedVolumes {
  return VOLUME_KEYS.map((metric) => ({ metric, values: encodeCaseValues(cases, metric) }));
}

/** @throws Error if the lengths don't match `caseCount`. */
export function decodeVolumes(encoded: ReadonlyMap<string, Uint8Array>, caseCount: number): CaseVolumes[] {
  const own = new Map([...encoded].filter(([key]) => VOLUME_KEYS.includes(key)));
  return decodeCaseValues(own, caseCount).flatMap(({ metrics }, caseIndex) => {
    const [predictedMl, trueMl] = [metrics[PREDICTED_VOLUME], metrics[TRUE_VOLUME]];
    return typeof predictedMl === 'number' && typeof trueMl === 'number'
      ? [{ caseIndex, predictedMl, trueMl }]
      : [];
  });
}
