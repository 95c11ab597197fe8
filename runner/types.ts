import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules, InputFormat } from '#lib/domain/phases/settings.ts';
import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';

/** What passes between the modules of the runner. */

/** An image that was checked, rewritten and loaded; it is run by `id` alone. */
export interface LoadedImage {
  /** `sha256:…` of the config that we wrote: the engine's ID. */
  id: string;
  entrypoint: readonly string[];
  cmd: readonly string[];
  workingDir: string;
  /** Filtered. */
  env: readonly string[];
  /** Never 0. */
  uid: number;
  gid: number;
  /** Paths that the image declares as VOLUME: each is covered by a tmpfs. */
  volumes: readonly string[];
}

/** One case as a container is shown it; never holds the truth. */
export interface CaseInput {
  /** Drawn for this evaluation; the file's name. Letters and digits, as BIDS wants it. */
  id: string;
  format: InputFormat;
  /** The rewritten scan (runner/imaging/rewrite.ts): no header field names a patient or a site. */
  scan: Uint8Array;
  /** null where the phase gives none. */
  metadata: CaseMetadata | null;
}

export interface RunFacts {
  seconds: number;
  peakMemoryBytes: number | null;
  exitCode: number | null;
  /** At most 64 KiB of stdout and stderr, valid UTF-8, control characters escaped. */
  log: string;
}

/** What a case came to. A fault of the platform is thrown as PlatformError instead. */
export type CaseRun =
  /** `probabilityMap` is null where none came, or none is taken. */
  | ({ kind: 'output'; fileName: string; bytes: Uint8Array; probabilityMap: Uint8Array | null } & RunFacts)
  | ({ kind: 'submissionError'; code: SubmissionErrorCode; message: string } & RunFacts);

/** What containers of an image are given, besides their cases. */
export interface ContainerRequest {
  image: LoadedImage;
  /** The phase's settings for containers, whole. */
  rules: ContainerRules;
  /** The team's model archive, unpacked: seen at /opt/ml/model. null: none was sent, so nothing is mounted. */
  modelFolder: string | null;
  /** Begins the containers' names, which are locks: `heldout-<evaluation>-<lease>`. */
  name: string;
  /** Whose they are: found again by label after a crash. */
  labels: Readonly<Record<string, string>>;
}

/** The cases of one evaluation or one dry run, and what is done with each. */
export interface CasesRequest extends ContainerRequest {
  /** Containers that may run at once, where the contract has one for each case. */
  parallel: number;
  /** In the order in which they are to be run. */
  cases: readonly number[];
  /** Called shortly before the case is run, so that few scans are in memory at a time. */
  openCase(caseIndex: number, signal: AbortSignal): Promise<CaseInput>;
  /** Called as soon as nothing that runs can change the case's result any more. */
  onEnded(caseIndex: number, run: CaseRun, signal: AbortSignal): Promise<void>;
  /** Called as a container takes up work and when it has ended it, with the number that are at work. */
  onWorking(containers: number): Promise<void>;
  /** Aborted on cancel, lost lease and shutdown: containers are gone within 2 s. */
  signal: AbortSignal;
}
