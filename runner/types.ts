import type { TeamFaultCode } from '#lib/domain/codes.ts';
import type { Limits } from '#lib/domain/limits.ts';
import type { CaseMetadata } from '#lib/domain/test-set.ts';

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

/** One case as the contract `exec` presents it; never holds the truth. */
export interface CaseInput {
  /** Drawn for this evaluation; the file's name. */
  id: string;
  format: 'NII_GZ' | 'MHA';
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

/** What one container run came to. A fault of the platform is thrown as PlatformFault instead. */
export type CaseRun =
  /** `probabilityMap` is null where none came, or none is taken. */
  | ({ kind: 'output'; fileName: string; bytes: Uint8Array; probabilityMap: Uint8Array | null } & RunFacts)
  | ({ kind: 'teamFault'; code: TeamFaultCode; message: string } & RunFacts)
  /**
   * Exit code 137 without our kill and without the memory limit: the host may have done it, or the container
   * to itself. Whoever runs cases tries once more before it blames the team.
   */
  | ({ kind: 'killed' } & RunFacts);

/** A run that needs no second attempt. */
export type EndedRun = Exclude<CaseRun, { kind: 'killed' }>;

export interface RunRequest {
  image: LoadedImage;
  limits: Limits;
  input: CaseInput;
  /** The phase takes probability maps; where it does not, none is looked for. */
  takesProbabilityMaps: boolean;
  /** Name of the container, a lock: `heldout-<evaluation>-<case>-<attempt>`. */
  name: string;
  /** Whose it is: found again by label after a crash. */
  labels: Readonly<Record<string, string>>;
  /** Aborted on cancel, lost lease and shutdown: the container is gone within 2 s. */
  signal: AbortSignal;
}
