import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';

/** A value of a table: of kind String, Integer, Float or Bool. */
export type CaseValue = string | number | boolean;

export type CaseTruth =
  | {
      /** Several masks of one image are united; overlap counts once. */
      paths: string[];
      /** The input whose grid the masks are on; null if it is the first one whose grid they match. */
      on: string | null;
    }
  | { value: CaseValue };

/** One case of a data set on disk. Inputs and truths are keyed by the slugs of the task's sockets. */
export interface DatasetCase {
  /** `sub-r001s001_ses-1`; unique in its data set. */
  name: string;
  inputs: Record<string, { path: string }>;
  truths: Record<string, CaseTruth>;
  /** Inputs that are values, not files. */
  values: Record<string, CaseValue>;
  metadata: CaseMetadata;
  strata: Record<string, string>;
}

/** What is wrong with a case, before its files are opened. `file` and `slug` say where, `message` what to do. */
export interface CaseFinding {
  slug: string | null;
  file: string | null;
  message: string;
}

export interface Dataset {
  /** The folder or table that was read. */
  root: string;
  layout: string;
  /** Why the folder has this layout: "12 scans named …_space-orig_…_T1w". */
  reason: string;
  /** Slugs that a case of this layout has, in the layout's order. */
  inputSlugs: readonly string[];
  truthSlugs: readonly string[];
  cases: readonly DatasetCase[];
  /** Refused cases, by name, with the reasons. They are not among `cases`. */
  refused: ReadonlyMap<string, readonly CaseFinding[]>;
  /** About the data set as a whole. */
  notes: readonly string[];
}

/** Paths of the images of a truth; empty if it is a value. */
export function truthPaths(truth: CaseTruth): readonly string[] {
  return 'paths' in truth ? truth.paths : [];
}
