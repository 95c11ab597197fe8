import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** What the page that seals a test set and its worker say to each other (browser/seal/worker.ts). */

export interface SealingPlace {
  challenge: string;
  phase: string;
  /** Of the route that takes the parts of a sealed set. */
  uploadAddress: string;
}

export interface ChosenFile {
  /** Relative to what the organizer chose, with the name of the folder: `ATLAS/sub-1/anat/scan.nii.gz`. */
  path: string;
  file: File;
}

export type SealingRequest =
  /** Answers with `stored`. */
  | { kind: 'find'; place: SealingPlace }
  /** Reads and checks every case. Answers with `report`. */
  | {
      kind: 'check';
      place: SealingPlace;
      files: readonly ChosenFile[];
      rules: Pick<PhaseRules, 'task' | 'connectivity'>;
      allowsShear: boolean;
    }
  /** Seals what was checked, then uploads it. Cases that are sealed already are not sealed again. */
  | { kind: 'seal'; recipient: string; skipsBad: boolean }
  /** Continues an upload whose cases are all sealed. */
  | { kind: 'upload' }
  | { kind: 'pause' }
  /** Removes everything that is kept in this browser. */
  | { kind: 'discard' };

export type SealingStep = 'check' | 'seal' | 'fingerprint' | 'upload';

/** What an earlier visit left in this browser. */
export interface StoredWork {
  folder: string;
  recipient: string;
  startedAt: string;
  skipsBad: boolean;
  /** Of `cases`. */
  sealedCases: number;
  cases: number;
  /** Whether all cases are sealed, so that the folder isn't needed any more. */
  isSealed: boolean;
}

export interface SealingFinding {
  case: string;
  message: string;
}

export interface FindingGroup {
  code: string;
  title: string;
  isError: boolean;
  found: SealingFinding[];
}

export interface SealingReport {
  folder: string;
  layout: { name: string; reason: string };
  notes: string[];
  cases: number;
  accepted: number;
  bytes: number;
  groups: FindingGroup[];
  /** As `heldout dataset check` prints it, and as its --json writes it. */
  text: string;
  json: string;
}

export type SealingAnswer =
  | { kind: 'stored'; work: StoredWork | null }
  | { kind: 'progress'; step: SealingStep; done: number; total: number }
  | { kind: 'report'; report: SealingReport }
  | { kind: 'paused' }
  | { kind: 'done'; sha256: string; bytes: number; cases: number }
  /** `message` says what happened and what to do. */
  | { kind: 'failed'; step: SealingStep; message: string };
