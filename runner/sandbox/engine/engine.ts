import type { Readable } from 'node:stream';

/**
 * What the sandbox needs of a container engine, and nothing else. docker.ts implements it. Every method
 * throws PlatformError when the engine fails (`ENGINE_LOST`, `DISK_FULL`, `INTERNAL`); what a team can cause
 * is named at the method.
 */
export interface Engine {
  /** Throws PlatformError('ENGINE_LOST') when nobody answers. */
  ping(): Promise<void>;
  info(): Promise<EngineInfo>;
  /** Loads a docker-save tar of one image and gives the ID that the engine found for it. */
  loadImage(tar: Readable): Promise<string>;
  imageExists(id: string): Promise<boolean>;
  /** false where a container uses it, whoever's; does nothing where it is gone already. */
  removeImage(id: string): Promise<boolean>;
  /**
   * Makes a container that is never started: while it is there, nobody's removal of the image succeeds. Gives
   * its ID; null where there is no such image.
   */
  holdImage(id: string, labels: Readonly<Record<string, string>>): Promise<string | null>;
  /** Throws NameTaken when a container of this name is there, SubmissionError('START_FAILED') for a bad WORKDIR. */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws SubmissionError('START_FAILED') when the entry point is missing, no program or not executable. */
  startContainer(id: string): Promise<void>;
  /** Resolves with the exit code when the container has ended. */
  waitContainer(id: string): Promise<number>;
  /** SIGKILL; does nothing where the container has ended already. */
  killContainer(id: string): Promise<void>;
  /** Freezes all its processes; false where it has ended. */
  pauseContainer(id: string): Promise<boolean>;
  /** Lets them go on; false where it has ended. */
  unpauseContainer(id: string): Promise<boolean>;
  inspectContainer(id: string): Promise<ContainerState>;
  readLogs(id: string, options: LogOptions): Promise<Uint8Array>;
  /** Removes by force, anonymous volumes included; does nothing where it is gone already. */
  removeContainer(id: string): Promise<void>;
  /** Containers that carry the label, ended ones too. */
  listContainers(label: string): Promise<ListedContainer[]>;
}

/** The end of stdout and stderr, in the order in which they were written. */
export interface LogOptions {
  maxBytes: number;
  /** Only what was written since then, in milliseconds since 1970. */
  sinceMs?: number;
  /** The container has not ended: what there is now is all that is read. */
  alive?: boolean;
}

/** A container of this name exists already. */
export class NameTaken extends Error {}

/** A type, not an interface: it is recorded as JSON, whose type has an index signature. */
export type EngineInfo = {
  version: string;
  apiVersion: string;
  operatingSystem: string;
  kernelVersion: string;
  architecture: string;
  cgroupVersion: string;
  cgroupDriver: string;
  storageDriver: string;
  dataFolder: string;
  runtimes: string[];
  /** `name=seccomp,profile=default`, `name=apparmor`, `name=userns`, `name=rootless`, … */
  securityOptions: string[];
  /** Limits that the kernel and the engine can enforce. */
  enforces: { memory: boolean; swap: boolean; cpu: boolean; pids: boolean };
  cpus: number;
  memoryBytes: number;
  /** Images lie in containerd's store, which numbers them in another way than docker-save does. */
  containerdImageStore: boolean;
};

export interface ContainerState {
  id: string;
  /** Process ID on the host of the container's first process; 0 when it has ended. */
  pid: number;
  running: boolean;
  exitCode: number;
  oomKilled: boolean;
  error: string;
}

export interface ListedContainer {
  id: string;
  name: string;
  running: boolean;
  labels: Readonly<Record<string, string>>;
}

/** A bind mount; a source that does not exist is an error, never created. */
export interface BindMount {
  Type: 'bind';
  Source: string;
  Target: string;
  ReadOnly: boolean;
  BindOptions: { Propagation: 'rprivate'; NonRecursive: boolean };
}

/** The engine API's own words (POST /containers/create), cut down to the settings that we use. */
export interface ContainerSpec {
  name: string;
  Image: string;
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  Env: string[];
  User: string;
  Hostname: string;
  Labels: Record<string, string>;
  NetworkDisabled: boolean;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  OpenStdin: boolean;
  Tty: boolean;
  StopSignal: string;
  Healthcheck: { Test: string[] };
  HostConfig: HostConfig;
}

export interface HostConfig {
  NetworkMode: string;
  ReadonlyRootfs: boolean;
  Privileged: boolean;
  CapDrop: string[];
  SecurityOpt: string[];
  Memory: number;
  MemorySwap: number;
  NanoCpus: number;
  CpusetCpus?: string;
  PidsLimit: number;
  Ulimits: { Name: string; Soft: number; Hard: number }[];
  ShmSize: number;
  Init: boolean;
  IpcMode: string;
  CgroupnsMode: string;
  OomScoreAdj: number;
  RestartPolicy: { Name: string };
  AutoRemove: boolean;
  Mounts: BindMount[];
  Tmpfs: Record<string, string>;
  LogConfig: { Type: string; Config: Record<string, string> };
  Runtime?: string;
  DeviceRequests?: { Driver: string; DeviceIDs: string[]; Capabilities: string[][] }[];
}
