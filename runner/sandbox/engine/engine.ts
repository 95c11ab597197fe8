import type { Readable } from 'node:stream';

/**
 * The operations that the sandbox needs from a container engine; docker.ts implements them. Every method
 * throws PlatformError if the engine fails (`ENGINE_LOST`, `DISK_FULL`, `INTERNAL`). Each method's comment
 * names the errors that a team can cause.
 */
export interface Engine {
  /** Throws PlatformError('ENGINE_LOST') if the engine does not answer. */
  ping(): Promise<void>;
  info(): Promise<EngineInfo>;
  /** Loads a docker-save tar of one image and returns the ID that the engine assigned to it. */
  loadImage(tar: Readable): Promise<string>;
  imageExists(id: string): Promise<boolean>;
  /** Returns false if any container uses the image. Succeeds if the image is already gone. */
  removeImage(id: string): Promise<boolean>;
  /**
   * Creates a container that is never started: while it exists, nobody can remove the image. Returns the
   * container's ID, or null if there is no such image.
   */
  holdImage(id: string, labels: Readonly<Record<string, string>>): Promise<string | null>;
  /**
   * Throws NameConflict if a container with this name exists, SubmissionError('START_FAILED') for an invalid
   * WORKDIR.
   */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws SubmissionError('START_FAILED') if the entry point is missing or can't be executed. */
  startContainer(id: string): Promise<void>;
  /** Resolves with the exit code when the container has ended. */
  waitContainer(id: string): Promise<number>;
  /** Sends SIGKILL; has no effect if the container has already ended. */
  killContainer(id: string): Promise<void>;
  /** Freezes all its processes; returns false if the container has ended. */
  pauseContainer(id: string): Promise<boolean>;
  /** Resumes its processes; returns false if the container has ended. */
  unpauseContainer(id: string): Promise<boolean>;
  inspectContainer(id: string): Promise<ContainerState>;
  readLogs(id: string, options: LogOptions): Promise<Uint8Array>;
  /** Removes by force, including anonymous volumes; has no effect if the container is already gone. */
  removeContainer(id: string): Promise<void>;
  /** Lists containers with the label, including ended ones. */
  listContainers(label: string): Promise<ListedContainer[]>;
}

/** Selects the end of stdout and stderr, in the order in which they were written. */
export interface LogOptions {
  maxBytes: number;
  /** Only what was written since this time, in milliseconds since 1970. */
  sinceMs?: number;
  /** The container has not ended, so only the log up to now is read. */
  alive?: boolean;
}

/** A container with this name already exists. */
export class NameConflict extends Error {}

/** A type rather than an interface, because it is recorded as JSON, whose type has an index signature. */
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
  /** Images are in containerd's store, which assigns other IDs than docker-save does. */
  containerdImageStore: boolean;
};

export interface ContainerState {
  id: string;
  /** The host's process ID of the container's first process; 0 after it has ended. */
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

/** A bind mount; a missing source is an error and is never created. */
export interface BindMount {
  Type: 'bind';
  Source: string;
  Target: string;
  ReadOnly: boolean;
  BindOptions: { Propagation: 'rprivate'; NonRecursive: boolean };
}

/** Field names of the engine API (POST /containers/create), reduced to the settings that we use. */
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
  GroupAdd: string[];
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
