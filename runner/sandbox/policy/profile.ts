import type { Limits } from '#lib/domain/phases/limits.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { BindMount, ContainerSpec } from '#runner/sandbox/engine/engine.ts';
import type { LoadedImage } from '#runner/types.ts';

/**
 * From limits, image and folders to the engine's create call, as a pure function: what a stranger's program
 * is held by is written here and nowhere else. docs/administrators/sandbox.md says what each setting is for.
 */
export interface ProfileInput {
  name: string;
  labels: Readonly<Record<string, string>>;
  image: LoadedImage;
  rules: ContainerRules;
  /** Folders on the host: the case's files, and a mounted, capped /output. */
  inputFolder: string;
  outputFolder: string;
  /** The team's model archive, unpacked; null where none was sent. */
  modelFolder: string | null;
  /** A seccomp profile as JSON. */
  seccomp: string;
  /** The engine's name of another runtime (`runsc`), where the phase requires it. */
  runtime?: string;
  cpuset?: string;
  /** UUIDs of the GPUs that this container alone has. */
  gpus?: readonly string[];
}

const MIB = 2 ** 20;
const MODEL = '/opt/ml/model';
/** gVisor's kernel is a process of the container too: threads of its own, and a traced one for each of the program's. */
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
  const { image, inputFolder, outputFolder, modelFolder, seccomp, runtime, cpuset, gpus = [] } = input;
  const { limits } = input.rules;
  const memory = limits.memoryMib * MIB;
  return {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    Privileged: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${seccomp}`],
    Memory: memory,
    // Equal to Memory: no swap. Left out, the engine would double the memory with swap.
    MemorySwap: memory,
    NanoCpus: Math.round(limits.cpus * 1e9),
    ...(gpus.length > 0 && {
      DeviceRequests: [
        { Driver: 'nvidia', DeviceIDs: [...gpus], Capabilities: [['gpu', 'compute', 'utility']] },
      ],
    }),
    ...(cpuset !== undefined && { CpusetCpus: cpuset }),
    // Not by ulimit nproc, which counts per user, so over parallel containers.
    PidsLimit: runtime === undefined ? limits.pids : 2 * limits.pids + GVISOR_THREADS,
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
    ],
    ShmSize: tmpfsBytes(limits),
    Init: true,
    IpcMode: 'private',
    CgroupnsMode: 'private',
    // When the host itself runs out of memory, containers go before the runner and the database.
    OomScoreAdj: 500,
    RestartPolicy: { Name: 'no' },
    AutoRemove: false,
    Mounts: [
      bind(inputFolder, '/input', true),
      bind(outputFolder, '/output', false),
      // Only where there is one: an empty mount would hide the weights that the image itself carries.
      ...(modelFolder === null ? [] : [bind(modelFolder, MODEL, true)]),
    ],
    Tmpfs: Object.fromEntries(
      ['/tmp', ...image.volumes]
        // What the team sent lies there, and is read-only as it is.
        .filter((path) => modelFolder === null || !`${path}/`.startsWith(`${MODEL}/`))
        .map((path) => [path, tmpfsOptions(image, tmpfsBytes(limits))]),
    ),
    LogConfig: { Type: 'local', Config: { 'max-size': '1m', 'max-file': '1', compress: 'false' } },
    ...(runtime !== undefined && { Runtime: runtime }),
  };
}

/** Mounts, not Binds: `Binds` creates a missing source on the host. A submount would stay writable. */
function bind(source: string, target: string, isReadOnly: boolean): BindMount {
  return {
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: isReadOnly,
    BindOptions: { Propagation: 'rprivate', NonRecursive: true },
  };
}

/** Half of the memory, to which every byte of a tmpfs counts. */
function tmpfsBytes(limits: Limits): number {
  return Math.floor((limits.memoryMib * MIB) / 2);
}

/**
 * `mode` is ignored where the image has the folder, so the owner is set. `exec` stays: numba, torch and
 * PyInstaller load code from /tmp, and a program that may run at all may run from there.
 */
function tmpfsOptions({ uid, gid }: LoadedImage, bytes: number): string {
  return `rw,nosuid,nodev,exec,size=${bytes},nr_inodes=65536,mode=1777,uid=${uid},gid=${gid}`;
}

/** `os.cpu_count()` sees the whole host: programs are told what they have. */
function ownEnv(limits: Limits): string[] {
  return [
    `HELDOUT_CPUS=${limits.cpus}`,
    `HELDOUT_MEMORY_BYTES=${limits.memoryMib * MIB}`,
    `OMP_NUM_THREADS=${Math.max(1, Math.floor(limits.cpus))}`,
  ];
}
