import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { z } from 'zod';
import { PlatformError, SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { readLogFrames } from './container-log.ts';
import {
  type ContainerSpec,
  type ContainerState,
  type Engine,
  type EngineInfo,
  type ListedContainer,
  type LogOptions,
  NameConflict,
} from './engine.ts';

/**
 * The only module that communicates with Docker. It parses the engine's answers and sorts its errors into
 * submission errors (the image can't start) and platform errors (everything else).
 */
export interface EngineAddress {
  /** Default: DOCKER_HOST, else /var/run/docker.sock. */
  socketPath?: string;
}

export function openEngine({ socketPath }: EngineAddress = {}): Engine {
  const docker = new Docker(socketPath === undefined ? {} : { socketPath });
  return {
    ping: () => call('ping', async () => void (await docker.ping())),
    info: () => call('info', () => readInfo(docker)),
    loadImage: (tar) => call('load image', () => loadImage(docker, tar), LOAD_LIMIT_MS),
    imageExists: (id) =>
      call('inspect image', async () => (await ignore([404], docker.getImage(id).inspect())) !== undefined),
    removeImage: (id) => call('remove image', () => removeImage(docker, id)),
    holdImage: (id, labels) => call('hold image', () => holdImage(docker, id, labels)),
    createContainer: (spec) => call('create container', () => createContainer(docker, spec)),
    startContainer: (id) => call('start container', () => startContainer(docker, id)),
    waitContainer: (id) => waitContainer(docker, id),
    // 404: already removed; 409: already ended.
    killContainer: (id) =>
      call(
        'kill container',
        async () => void (await ignore([404, 409], docker.getContainer(id).kill({ signal: 'SIGKILL' }))),
      ),
    pauseContainer: (id) => call('pause container', () => falseIfEnded(docker.getContainer(id).pause())),
    unpauseContainer: (id) =>
      call('unpause container', () => falseIfEnded(docker.getContainer(id).unpause())),
    inspectContainer: (id) => call('inspect container', () => inspectContainer(docker, id)),
    readLogs: (id, options) => call('read logs', () => readLogs(docker, id, options)),
    // 409: another removal is in progress.
    removeContainer: (id) =>
      call(
        'remove container',
        async () => void (await ignore([404, 409], docker.getContainer(id).remove({ force: true, v: true }))),
      ),
    listContainers: (label) => call('list containers', () => listContainers(docker, label)),
  };
}

const infoSchema = z.object({
  ServerVersion: z.string(),
  OperatingSystem: z.string(),
  KernelVersion: z.string(),
  Architecture: z.string(),
  CgroupVersion: z.string().default('1'),
  CgroupDriver: z.string(),
  Driver: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  DockerRootDir: z.string(),
  Runtimes: z.record(z.string(), z.unknown()).default({}),
  SecurityOptions: z.array(z.string()).nullish(),
  MemoryLimit: z.boolean().default(false),
  SwapLimit: z.boolean().default(false),
  CpuCfsQuota: z.boolean().default(false),
  PidsLimit: z.boolean().default(false),
  NCPU: z.int(),
  MemTotal: z.number(),
});

async function readInfo(docker: Docker): Promise<EngineInfo> {
  const info = infoSchema.parse(await docker.info());
  const { ApiVersion } = z.object({ ApiVersion: z.string() }).parse(await docker.version());
  return {
    version: info.ServerVersion,
    apiVersion: ApiVersion,
    operatingSystem: info.OperatingSystem,
    kernelVersion: info.KernelVersion,
    architecture: info.Architecture,
    cgroupVersion: info.CgroupVersion,
    cgroupDriver: info.CgroupDriver,
    storageDriver: info.Driver,
    dataFolder: info.DockerRootDir,
    runtimes: Object.keys(info.Runtimes),
    securityOptions: info.SecurityOptions ?? [],
    enforces: { memory: info.MemoryLimit, swap: info.SwapLimit, cpu: info.CpuCfsQuota, pids: info.PidsLimit },
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    containerdImageStore: (info.DriverStatus ?? [])
      .flat()
      .some((word) => word.includes('containerd.snapshotter')),
  };
}

async function loadImage(docker: Docker, tar: Readable): Promise<string> {
  const answer = await docker.loadImage(tar, { quiet: true });
  let id: string | undefined;
  for await (const message of jsonLines(answer)) {
    if (message.error !== undefined) throw loadError(message.error);
    id = /Loaded image(?: ID)?: (sha256:[0-9a-f]{64})/.exec(message.stream ?? '')?.[1] ?? id;
  }
  if (id === undefined) throw new Error('The engine loaded the archive but did not report an image ID.');
  return id;
}

/**
 * The engine's errors for a layer that it can't unpack. Full disks and similar host errors may match as well.
 */
const BAD_LAYER = /Error processing tar file|ApplyLayer|failed to register layer|archive\/tar:/;
const HOST_ERROR =
  /no space left|quota exceeded|cannot allocate memory|too many open files|input\/output error|read-only file system|resource temporarily/i;

function loadError(message: string): Error {
  if (!BAD_LAYER.test(message) || HOST_ERROR.test(message)) return new Error(message);
  // Only the last clause is limited to paths in the image.
  const clause =
    /(?:\(exit status \d+\):|stderr:)\s*(.{1,300})/s.exec(message)?.[1] ?? 'its layers do not fit together';
  return new SubmissionError(
    'IMAGE_INVALID',
    `The engine can’t unpack the image: ${clause.trim()}. Build it again and save it with \`${SAVE_COMMAND}\`.`,
  );
}

const progressSchema = z.object({ stream: z.string().optional(), error: z.string().optional() });

async function* jsonLines(stream: NodeJS.ReadableStream): AsyncGenerator<z.infer<typeof progressSchema>> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield progressSchema.parse(JSON.parse(line));
  }
  if (rest.trim() !== '') yield progressSchema.parse(JSON.parse(rest));
}

/** Removes without force, which would also remove an image that stopped containers use. */
async function removeImage(docker: Docker, id: string): Promise<boolean> {
  try {
    await ignore([404], docker.getImage(id).remove());
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
}

async function holdImage(
  docker: Docker,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<string | null> {
  const spec = { Image: id, Labels: { ...labels }, Entrypoint: ['/never-started'], NetworkDisabled: true };
  const container = await ignore(
    [404],
    docker.createContainer({ ...spec, HostConfig: { NetworkMode: 'none' } }),
  );
  return container?.id ?? null;
}

async function createContainer(docker: Docker, spec: ContainerSpec): Promise<string> {
  // dockerode's types lag behind the API (NonRecursive, CgroupnsMode), so the spec uses the API's field
  // names.
  try {
    const { name, ...body } = spec;
    // Both are needed: otherwise dockerode also puts the spec in the URL, where a long environment does not
    // fit.
    const options = { _query: { name }, _body: body } as unknown as Docker.ContainerCreateOptions;
    return (await docker.createContainer(options)).id;
  } catch (error) {
    if (statusOf(error) === 409) throw new NameConflict(reasonOf(error));
    // The engine creates a missing WORKDIR of the image, inside the container's root.
    if (/cannot mkdir|not a directory|too many links|file name too long/i.test(reasonOf(error))) {
      throw new SubmissionError(
        'START_FAILED',
        'The container could not be started: WORKDIR of the image is not a folder.',
      );
    }
    throw error;
  }
}

/** runc's errors if the image's program can't be started at all. */
const CANNOT_EXECUTE =
  /executable file not found|exec format error|no such file or directory|permission denied|is a directory|not a directory|chdir to cwd/i;

/** runc's errors if a file or link of the image is where a folder must be mounted. */
const BLOCKED_MOUNT =
  /to rootfs at "([^"]{1,200})".*(?:not a directory|too many levels of symbolic links|file name too long|cannot be mounted because it is inside|merged\/(?:proc|sys|dev)\/[^ ]*: (?:read-only file system|no such file or directory|permission denied|operation not permitted))/s;

async function startContainer(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).start();
  } catch (error) {
    const status = statusOf(error);
    const message = reasonOf(error);
    const blocked = BLOCKED_MOUNT.exec(message)?.[1];
    if (status !== undefined && blocked !== undefined)
      throw new SubmissionError(
        'START_FAILED',
        `The container could not be started: ${blocked} in the image is a file or a broken link. Remove it.`,
      );
    const isInit = /starting container process|exec user process|container_linux|runc create failed/i.test(
      message,
    );
    // A failed mount also reports "no such file", but is a platform error.
    if (
      status !== undefined &&
      isInit &&
      CANNOT_EXECUTE.test(message) &&
      !/mounting|rootfs_linux/.test(message)
    ) {
      throw new SubmissionError('START_FAILED', startMessage(message));
    }
    throw error;
  }
}

/**
 * Returns the last clause of runc's message, which names the path; earlier clauses name files of the host.
 */
function startMessage(message: string): string {
  const clause =
    /(exec:? .*|chdir to cwd.*)$/i.exec(message.trim())?.[1] ?? 'its program could not be executed';
  return `The container could not be started: ${clause.slice(0, 300)}.`;
}

/**
 * Has no time limit of its own, because it lasts as long as the container. The engine sends the head of its
 * answer immediately and the rest at the end. It is read as a stream, because dockerode's own `wait` never
 * settles if the engine dies in between.
 */
async function waitContainer(docker: Docker, id: string): Promise<number> {
  try {
    let answer = '';
    for await (const chunk of await openWait(docker, id)) answer += chunk;
    if (answer === '') throw new Error('The engine closed the connection without an answer.');
    return z.object({ StatusCode: z.int() }).parse(JSON.parse(answer)).StatusCode;
  } catch (error) {
    throw toPlatformError('wait for container', error);
  }
}

function openWait(docker: Docker, id: string): Promise<Readable> {
  const request = {
    path: `/containers/${id}/wait`,
    method: 'POST',
    isStream: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error, answer) => (error ? reject(error) : resolve(answer as Readable)));
  });
}

const stateSchema = z.object({
  Id: z.string(),
  State: z.object({
    Pid: z.int(),
    Running: z.boolean(),
    ExitCode: z.int(),
    OOMKilled: z.boolean(),
    Error: z.string(),
  }),
});

async function inspectContainer(docker: Docker, id: string): Promise<ContainerState> {
  const { Id, State } = stateSchema.parse(await docker.getContainer(id).inspect());
  return {
    id: Id,
    pid: State.Pid,
    running: State.Running,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    error: State.Error,
  };
}

/** For a container that has ended, following waits until the engine has written the last line. */
async function readLogs(
  docker: Docker,
  id: string,
  { maxBytes, sinceMs, alive = false }: LogOptions,
): Promise<Uint8Array> {
  const since = sinceMs === undefined ? {} : { since: (sinceMs / 1000).toFixed(6) };
  const options = { stdout: true, stderr: true, ...since } as { stdout: true; stderr: true };
  const container = docker.getContainer(id);
  const answer = alive
    ? Readable.from([await container.logs({ ...options, follow: false })])
    : ((await container.logs({ ...options, follow: true })) as unknown as Readable);
  return readLogFrames(answer, maxBytes);
}

const listSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

async function listContainers(docker: Docker, label: string): Promise<ListedContainer[]> {
  const listed = listSchema.parse(await docker.listContainers({ all: true, filters: { label: [label] } }));
  return listed.map(({ Id, Names, State, Labels }) => ({
    id: Id,
    name: (Names[0] ?? '').replace(/^\//, ''),
    running: State === 'running' || State === 'paused',
    labels: Labels ?? {},
  }));
}

/** An engine that does not answer within this time is considered lost. */
const CALL_LIMIT_MS = 120_000;
const LOAD_LIMIT_MS = 3_600_000;

/** Runs one call to the engine and turns unexpected errors into PlatformError. */
async function call<T>(action: string, run: () => Promise<T>, limitMs = CALL_LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PlatformError('ENGINE_LOST', `The container engine does not answer (${action}).`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([run(), timeout]);
  } catch (error) {
    const isClassified =
      error instanceof SubmissionError || error instanceof PlatformError || error instanceof NameConflict;
    throw isClassified ? error : toPlatformError(action, error);
  } finally {
    clearTimeout(timer);
  }
}

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'EACCES',
  'ETIMEDOUT',
  'ECONNABORTED',
]);

function toPlatformError(action: string, error: unknown): PlatformError {
  const status = statusOf(error);
  const reason = reasonOf(error);
  if (/no space left on device|disk quota exceeded/i.test(reason)) {
    return new PlatformError('DISK_FULL', `The engine has no disk space left (${action}).`, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isLost = LOST.has(code) || (status === undefined && /socket hang up|aborted/.test(reason));
  return new PlatformError(
    isLost ? 'ENGINE_LOST' : 'INTERNAL',
    `The container engine failed (${action}): ${reason}`,
    { cause: error },
  );
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Returns false if the container has ended: the engine knows it (404, 409, "not paused"), or only its
 * runtime.
 */
async function falseIfEnded(promise: Promise<unknown>): Promise<boolean> {
  try {
    await promise;
    return true;
  } catch (error) {
    const hasEnded = /not paused|not running|stopped container|no such container/i.test(reasonOf(error));
    if (hasEnded || statusOf(error) === 404) return false;
    throw error;
  }
}

async function ignore<T>(statuses: readonly number[], promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
