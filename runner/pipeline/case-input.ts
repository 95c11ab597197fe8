import { randomBytes } from 'node:crypto';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseInput } from '#runner/types.ts';

export interface CaseInputOptions {
  rules: Pick<ContainerRules, 'contract' | 'inputFormat'>;
  /** The scan's file as the organizer, or the team, has it. */
  scan: Uint8Array;
  /** null where none is given. */
  metadata: CaseMetadata | null;
  scoring: Pick<ScoringPool, 'rewriteScan'>;
  signal: AbortSignal;
}

/** A scan as its container is to see it: rewritten in memory, under an id drawn for this one run. */
export async function caseInput(options: CaseInputOptions): Promise<CaseInput> {
  const { rules, scan, metadata, scoring, signal } = options;
  // Tools that read BIDS expect its one format.
  const format = rules.contract === 'BATCH' ? 'NII_GZ' : rules.inputFormat;
  return {
    // So that a container can't tell one evaluation's scan from another's by its name.
    id: randomBytes(16).toString('hex'),
    format,
    scan: await scoring.rewriteScan(scan, format, signal),
    metadata,
  };
}
