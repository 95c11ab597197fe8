import type { Limits } from '#lib/domain/phases/limits.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { BindMount, ContainerSpec } from '#runner/sandbox/engine/engine.ts';
import type { LoadedImage } from '#runner/types.ts';

/**
 * Turns limits, image and folders into the engine's create call, as a pure function. Everything that
 * restricts a container is set here. docs/administrators/sandbox.md explains each setting.
 */
export interface ProfileInput {
  name: string;
  labels: Readonly<Record<string, string>>;
  image: LoadedImage;
  rules: ContainerRules;
  /** Folders on the host: the case's files, and a mounted /output with a size limit. */
  inputFolder: string;
  outputFolder: string;
  /** The team's model archive, unpacked; null if none was submitted. */
  modelFolder: string | null;
  /** The truth of a test set: for an organizer's scorer, never for a team's container. */
  truthFolder?: string | undefined;
  /** A seccomp profile as JSON. */
  seccomp: string;
  /** The engine's name of another runtime (`runsc`), if the phase requires it. */
  runtime?: string;
  cpuset?: string;
  /** UUIDs of the GPUs that only this container uses. */
  gpus?: readonly string[];
}

const MIB = 2 ** 20;
const MODEL = '/opt/ml/model';
const TRUTH = '/opt/ml/input/data/ground_truth';
/**
 * gVisor's kernel is also a process of the container, with threads of its own and a traced thread for each of
 * the program's.
 */
const GVISOR_THREADS = 256;

export function containerSpec(input: ProfileInput): ContainerSpec {
  const { image } = input;
  const { limits } = input.rules;
  return {
    name: input.name,
    Image: image.id,
    Entrypoint: [...image.entrypoint],
    Cmd: [...image.cmd],
    WorkingDir: image.workingDir,
    Env: [...image.env, ...ownEnv(limits)],
    User: `${image.uid}:${image.gid}`,
    Hostname: 'heldout',
    Labels: { ...input.labels },
    NetworkDisabled: true,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    OpenStdin: false,
    Tty: false,
    StopSignal: 'SIGKILL',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(input),
  };
}

function hostConfig(input: ProfileInput) {
  const { image, inputFolder, outputFolder, seccomp, runtime, cpuset, gpus = [] } = input;
  const { limits } = input.rules;
  const data = dataMounts(input);
  const memory = limits.memoryMib * MIB;
  return {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    Privileged: false,
    CapDrop: ['ALL'],
    // The engine adds none of its own, because `User` names the group.
    GroupAdd: image.groups.map(String),
    SecurityOpt: ['no-new-privileges', `seccomp=${seccomp}`],
    Memory: memory,
    // Equal to Memory means no swap. If it is omitted, the engine adds as much swap as memory.
    MemorySwap: memory,
    NanoCpus: Math.round(limits.cpus * 1e9),
    ...(gpus.length > 0 && {
      DeviceRequests: [
        { Driver: 'nvidia', DeviceIDs: [...gpus], Capabilities: [['gpu', 'compute', 'utility']] },
      ],
    }),
    ...(cpuset !== undefined && { CpusetCpus: cpuset }),
    // Set here rather than with ulimit nproc, which counts per user and so across parallel containers.
    PidsLimit: runtime === undefined ? limits.pids : 2 * limits.pids + GVISOR_THREADS,
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
    ],
    ShmSize: tmpfsBytes(limits),
    Init: true,
    IpcMode: 'private',
    CgroupnsMode: 'private',
    // If the host runs out of memory, the kernel kills containers before the runner and the database.
    OomScoreAdj: 500,
    RestartPolicy: { Name: 'no' },
    AutoRemove: false,
    Mounts: [bind(inputFolder, '/input', true), bind(outputFolder, '/output', false), ...data],
    Tmpfs: Object.fromEntries(
      ['/tmp', ...image.volumes]
        .filter((path) => !data.some(({ Target }) => `${path}/`.startsWith(`${Target}/`)))
        .map((path) => [path, tmpfsOptions(image, tmpfsBytes(limits))]),
    ),
    LogConfig: { Type: 'local', Config: { 'max-size': '1m', 'max-file': '1', compress: 'false' } },
    ...(runtime !== undefined && { Runtime: runtime }),
  };
}

/** Mounted only where there is something: an empty mount would hide what the image itself has there. */
function dataMounts({ modelFolder, truthFolder }: ProfileInput): BindMount[] {
  return [
    ...(modelFolder === null ? [] : [bind(modelFolder, MODEL, true)]),
    ...(truthFolder === undefined ? [] : [bind(truthFolder, TRUTH, true)]),
  ];
}

/**
 * Uses Mounts rather than Binds, which create a missing source on the host. Non-recursive, because submounts
 * would stay writable.
 */
function bind(source: string, target: string, isReadOnly: boolean): BindMount {
  return {
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: isReadOnly,
    BindOptions: { Propagation: 'rprivate', NonRecursive: true },
  };
}

/** Half of the memory; every byte on a tmpfs counts against the memory limit. */
function tmpfsBytes(limits: Limits): number {
  return Math.floor((limits.memoryMib * MIB) / 2);
}

/**
 * `mode` is ignored if the image contains the folder, so the owner is set. `exec` is needed: numba, torch and
 * PyInstaller load code from /tmp, and the container runs untrusted code anyway.
 */
function tmpfsOptions({ uid, gid }: LoadedImage, bytes: number): string {
  return `rw,nosuid,nodev,exec,size=${bytes},nr_inodes=65536,mode=1777,uid=${uid},gid=${gid}`;
}

/** `os.cpu_count()` reports the CPUs of the whole host, so programs get their limits in variables. */
function ownEnv(limits: Limits): string[] {
  return [
    `HELDOUT_CPUS=${limits.cpus}`,
    `HELDOUT_MEMORY_BYTES=${limits.memoryMib * MIB}`,
    `OMP_NUM_THREADS=${Math.max(1, Math.floor(limits.cpus))}`,
  ];
}
