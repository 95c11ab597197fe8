import { randomBytes } from 'node:crypto';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseInput } from '#runner/types.ts';

export interface CaseInputOptions {
  rules: Pick<ContainerRules, 'contract' | 'inputFormat'>;
  /** The original scan file of the organizer or the team. */
  scan: Uint8Array;
  /** null if the container gets none. */
  metadata: CaseMetadata | null;
  scoring: Pick<ScoringPool, 'rewriteScan'>;
  signal: AbortSignal;
}

/** Prepares a scan for its container: rewritten in memory, under a random ID that is used only once. */
export async function caseInput(options: CaseInputOptions): Promise<CaseInput> {
  const { rules, scan, metadata, scoring, signal } = options;
  // BIDS tools expect this format.
  const format = rules.contract === 'BATCH' ? 'NII_GZ' : rules.inputFormat;
  return {
    // Random, so that a container can't recognize a scan of another evaluation by its name.
    id: randomBytes(16).toString('hex'),
    format,
    scan: await scoring.rewriteScan(scan, format, signal),
    metadata,
  };
}
