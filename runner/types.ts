import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';

/** Types shared by the modules of the runner. */

/** How an image wants to be run, by its label: as a program that ends, or as a server. */
export type ApiMethod = 'exec' | 'invoke';

/** A checked, rewritten and loaded image. It is only run by `id`. */
export interface LoadedImage {
  /** `sha256:…` of the rewritten config, which is the engine's image ID. */
  id: string;
  entrypoint: readonly string[];
  cmd: readonly string[];
  workingDir: string;
  /** Filtered environment variables. */
  env: readonly string[];
  /** Never 0. */
  uid: number;
  gid: number;
  /** The user's supplementary groups; never 0. */
  groups: readonly number[];
  /** Paths that the image declares as VOLUME. Each is covered by a tmpfs. */
  volumes: readonly string[];
  /** null if the image doesn't say. */
  apiMethod: ApiMethod | null;
}

/** A case as its container sees it. Never contains the truth. */
export interface CaseInput {
  /** Random ID for this evaluation and the name of its images. Letters and digits, as BIDS requires. */
  id: string;
  /** What the case has, in the order of the task's inputs. Optional inputs may be missing. */
  contents: readonly InputContent[];
}

export interface InputContent {
  socket: Socket;
  /** An image is rewritten (runner/imaging/rewrite.ts): no header field names a patient or a site. */
  bytes: Uint8Array;
}

/** The original files of a case, by slug: its inputs or its truths. */
export type CaseFiles = ReadonlyMap<string, Uint8Array>;

/** What a container wrote for an output of the task. */
export interface CollectedOutput {
  /** ".nii.gz". Nothing else of the team's file name is used: it could carry information from an input. */
  ending: string;
  bytes: Uint8Array;
}

/** By slug. Optional outputs that the container didn't write are missing. */
export type CollectedOutputs = Readonly<Record<string, CollectedOutput>>;

export interface RunFacts {
  seconds: number;
  peakMemoryBytes: number | null;
  exitCode: number | null;
  /** At most 64 KiB of stdout and stderr, valid UTF-8, control characters escaped. */
  log: string;
}

/** The result of running a case. A platform error is thrown as PlatformError instead. */
export type CaseRun =
  | ({ kind: 'output'; outputs: CollectedOutputs } & RunFacts)
  | ({ kind: 'submissionError'; code: SubmissionErrorCode; message: string } & RunFacts);

/** What containers of an image get besides their cases. */
export interface ContainerRequest {
  image: LoadedImage;
  /** All container settings of the phase. */
  rules: ContainerRules;
  /** The unpacked model archive, mounted at /opt/ml/model; null if there is none, so nothing is mounted. */
  modelFolder: string | null;
  /**
   * Prefix of the container names, `heldout-<evaluation>-<lease>`. Names are unique, so they act as locks.
   */
  name: string;
  /** Identify the containers after a crash. */
  labels: Readonly<Record<string, string>>;
}

/** The cases of an evaluation or a dry run, and what to do with each. */
export interface CasesRequest extends ContainerRequest {
  /** Maximum number of concurrent containers, if the contract has one container per case. */
  parallel: number;
  /** In the order in which they run. */
  cases: readonly number[];
  /** Called shortly before the case runs, so that few scans are in memory at a time. */
  openCase(caseIndex: number, signal: AbortSignal): Promise<CaseInput>;
  /** Called as soon as no running container can change the case's result anymore. */
  onEnded(caseIndex: number, run: CaseRun, signal: AbortSignal): Promise<void>;
  /** Called when a container starts or ends its work, with the number of working containers. */
  onWorking(containers: number): Promise<void>;
  /** Aborted on cancellation, lost lease and shutdown. Containers are gone within 2 s. */
  signal: AbortSignal;
}
