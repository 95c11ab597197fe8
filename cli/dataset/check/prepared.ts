import type { CanonicalImage, ImageFile } from '#runner/imaging/canonical-pair.ts';
import type { CaseMask } from '#runner/scoring/case-mask.ts';

/** An input as it is on disk, and with a canonical header. */
export interface PreparedInput extends CanonicalImage {
  slug: string;
  path: string;
  source: ImageFile;
}

export interface PreparedTruth {
  slug: string;
  paths: readonly string[];
  /** The input whose grid it is on. */
  on: string;
  mask: CaseMask;
  /** Different values of the foreground, ascending; at most a few. */
  labels: readonly number[];
  bytes(): Uint8Array;
}
