import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';

/** What decides whether a stored ranking is up to date. */
export interface RankedPhase {
  id: string;
  scoresVersion: number;
}

/** What tells whether a phase's stored ranking is out of date. */
export const VERSIONS = {
  id: true,
  scoresVersion: true,
  snapshot: { select: { scoresVersion: true, strataVersion: true, codeVersion: true, frozenAt: true } },
} as const;

/** What a stored ranking was computed from. A frozen one is computed again by newer code only. */
export interface StoredVersions {
  scoresVersion: number;
  /** scoresVersion of the ranking that the strata were ranked after. */
  strataVersion: number;
  codeVersion: number;
  frozenAt: Date | null;
}

/** What must be computed next: the ranking on all cases first, then those on the cases of each stratum. */
export type StalePart = 'ranking' | 'strata';

/** null if nothing is out of date. */
export function findStale(
  { scoresVersion }: Pick<RankedPhase, 'scoresVersion'>,
  stored: StoredVersions | null | undefined,
): StalePart | null {
  if (!stored) return scoresVersion > 0 ? 'ranking' : null;
  if (stored.codeVersion < RANKING_VERSION) return 'ranking';
  if (stored.frozenAt === null && stored.scoresVersion < scoresVersion) return 'ranking';
  return stored.strataVersion < stored.scoresVersion ? 'strata' : null;
}
