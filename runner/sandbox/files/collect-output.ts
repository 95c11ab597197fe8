import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { MAP_FOLDER, MASK_FOLDER } from '#runner/sandbox/contracts/exec-files.ts';
import type { Verdict } from '#runner/sandbox/engine/verdict.ts';
import type { CaseRun, ContainerRequest } from '#runner/types.ts';
import { type Collected, type CollectRules, collectFile } from './collect.ts';

/** Limit for a mask, because collected files are held in memory. */
export const MAX_FILE_BYTES = 1024 * 2 ** 20;
const NONE: Collected = { kind: 'none' };

/** A case's result without its facts. */
export type Outcome =
  | { kind: 'output'; fileName: string; bytes: Uint8Array; probabilityMap: Uint8Array | null }
  | { kind: 'submissionError'; code: Extract<CaseRun, { kind: 'submissionError' }>['code']; message: string };

/** The requirements on a mask file besides its path. */
export function outputRules({ image, rules }: ContainerRequest): CollectRules {
  return { uid: image.uid, maxBytes: Math.min(rules.limits.outputMib * 2 ** 20, MAX_FILE_BYTES) };
}

/**
 * Collects the mask, and the probability map if the phase accepts maps, from the paths of `exec` and
 * `invoke`. Nothing may write to `output` meanwhile: its container is dead or frozen. `missing` decides why
 * there is no mask.
 */
export async function collectOutput(
  output: string,
  request: ContainerRequest,
  missing: () => Verdict,
): Promise<Outcome> {
  const rules = outputRules(request);
  const mask = await collectFile(output, MASK_FOLDER, rules);
  const takesMap = mask.kind === 'file' && request.rules.takesProbabilityMaps;
  return outcomeOf(mask, takesMap ? await collectFile(output, MAP_FOLDER, rules) : NONE, missing);
}

export function outcomeOf(mask: Collected, map: Collected, missing: () => Verdict): Outcome {
  for (const found of [mask, map]) {
    if (found.kind === 'unsafe')
      return { kind: 'submissionError', code: 'OUTPUT_UNSAFE', message: found.message };
    if (found.kind === 'tooLarge')
      return { kind: 'submissionError', code: 'OUTPUT_TOO_LARGE', message: found.message };
  }
  if (mask.kind !== 'file') {
    const verdict = missing();
    if (verdict.kind !== 'submissionError') throw new Error('A missing mask must be a submission error.');
    return verdict;
  }
  return {
    kind: 'output',
    // The team's own file name is not used: it could carry information from the scan.
    fileName: `mask${mask.extension}`,
    bytes: mask.bytes,
    probabilityMap: map.kind === 'file' ? map.bytes : null,
  };
}

/** A program that can't start fails every case in the same way, so this ends the evaluation once. */
export function throwStartFailure(verdict: Verdict): void {
  if (verdict.kind === 'submissionError' && verdict.code === 'START_FAILED')
    throw new SubmissionError(verdict.code, verdict.message);
}
