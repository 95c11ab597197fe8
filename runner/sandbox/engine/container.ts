import { setImmediate as nextTurn } from 'node:timers/promises';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RunFolderOptions, RunFolders, Scratch } from '#runner/sandbox/files/scratch.ts';
import { containerSpec } from '#runner/sandbox/policy/profile.ts';
import type { CasesRequest, ContainerRequest, RunFacts } from '#runner/types.ts';
import { escapeLog } from './container-log.ts';
import { type Engine, NameTaken } from './engine.ts';
import type { GpuPool } from './gpu-pool.ts';
import { type Usage, watchUsage } from './usage.ts';
import type { Ending } from './verdict.ts';

/** What all contracts do with a container: make it with its folders, wait for its end, read it, remove it. */

/** What every run of a runner shares. */
export interface RunContext {
  engine: Engine;
  scratch: Scratch;
  /** Containers carry it as a label: `heldout.runner`. */
  runner: string;
  seccomp: string;
  /** The engine's name of gVisor's runtime; null where it has none. */
  gvisorRuntime: string | null;
  gpus: GpuPool;
  /** A server has so long until it is healthy, and a batch on top of the time of its cases. */
  startUpSeconds: number;
}

const LOG_BYTES = 64 * 1024;
/** A killed container is gone in 40 ms; an engine that takes so long is not coming back by itself. */
const KILL_LIMIT_MS = 15_000;

/** What a timer holds; more than that would end at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A container that was made, and its folders. */
export interface Container {
  id: string;
  folders: RunFolders;
  /** Both, whatever state they are in. Does nothing the second time. */
  remove(): Promise<void>;
}

export interface ContainerOptions extends Pick<RunFolderOptions, 'files' | 'outputMib' | 'outputFiles'> {
  /** The container's whole name. */
  name: string;
  labels?: Readonly<Record<string, string>>;
}

/** Throws SubmissionError('START_FAILED') where the image can't be one, PlatformError where we fail. */
export async function createContainer(
  context: RunContext,
  request: ContainerRequest,
  { name, labels, ...options }: ContainerOptions,
): Promise<Container> {
  const { engine, scratch } = context;
  const { uid, gid } = request.image;
  const { outputMib, memoryMib } = request.rules.limits;
  // What lies on a tmpfs counts to the container's memory: more than that it could never hold.
  const outputOnDisk = outputMib > memoryMib;
  await using held = new AsyncDisposableStack();
  const { uuids: gpus } = held.adopt(await context.gpus.take(request.rules.gpu), (taken) => taken.release());
  const run = await scratch.createRun({ ...options, outputOnDisk, uid, gid });
  const folders = held.adopt(run, (folder) => folder.remove());
  const named = { ...request, name, labels: { ...request.labels, ...labels } };
  const id = await createLocked(context, named, { folders, gpus });
  // From here on the container keeps what it holds until it is removed.
  const kept = held.move();
  return {
    id,
    folders,
    async remove() {
      // What an engine that is gone can't remove now, the next start sweeps away.
      await Promise.allSettled([engine.removeContainer(id)]);
      await kept.disposeAsync();
    },
  };
}

/** The name is a lock: who holds it and is not of this process was left by a runner that died. */
async function createLocked(
  { engine, runner, seccomp, gvisorRuntime }: RunContext,
  request: ContainerRequest,
  { folders, gpus }: { folders: RunFolders; gpus: readonly string[] },
): Promise<string> {
  // Runners without it leave such phases to others, so this is a bug, and must never become a container.
  const { rules } = request;
  if (rules.requiresGvisor && gvisorRuntime === null)
    throw new PlatformError('INTERNAL', 'The phase requires gVisor, and the engine has none.');
  const spec = containerSpec({
    name: request.name,
    labels: { ...request.labels, 'heldout.runner': runner },
    image: request.image,
    rules,
    inputFolder: folders.input,
    outputFolder: folders.output,
    modelFolder: request.modelFolder,
    seccomp,
    gpus,
    ...(rules.requiresGvisor && gvisorRuntime !== null && { runtime: gvisorRuntime }),
  });
  try {
    return await engine.createContainer(spec);
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    const left = await engine.listContainers(`heldout.runner=${runner}`);
    const holder = left.find(({ name }) => name === request.name);
    if (!holder) throw new PlatformError('INTERNAL', `Another runner holds the container ${request.name}.`);
    await engine.removeContainer(holder.id);
    return engine.createContainer(spec);
  }
}

/**
 * Resolves when `until` does, with its value, or when the time is over and the container was killed for it.
 * Rejects with the signal's reason, and then too it was killed.
 */
export async function untilOrKilled<T>(
  engine: Engine,
  id: string,
  { until, ended, limitMs, signal }: KillOptions<T>,
): Promise<T | 'timedOut'> {
  const stop = Promise.withResolvers<'timedOut' | 'aborted'>();
  const timer = setTimeout(() => stop.resolve('timedOut'), Math.min(limitMs, MAX_TIMEOUT_MS));
  const onAbort = () => stop.resolve('aborted');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race([until.then((value) => ({ value })), stop.promise]);
    if (typeof first === 'object') return first.value;
    await killContainer(engine, id, ended);
    if (first === 'aborted') signal.throwIfAborted();
    return 'timedOut';
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

interface KillOptions<T> {
  until: Promise<T>;
  /** The engine's word that the container has ended. */
  ended: Promise<unknown>;
  limitMs: number;
  signal: AbortSignal;
}

/** Resolves when the container is dead. */
export async function killContainer(engine: Engine, id: string, ended: Promise<unknown>): Promise<void> {
  await engine.killContainer(id);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PlatformError('ENGINE_LOST', 'A killed container did not end.')),
      KILL_LIMIT_MS,
    );
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a container that ends by itself, or is ended at the limit. Rejects with the signal's reason. */
export async function runToEnd(
  { engine }: RunContext,
  { signal }: CasesRequest,
  { id }: Container,
  timeLimitSeconds: number,
): Promise<End> {
  signal.throwIfAborted();
  await engine.startContainer(id);
  const startedAt = performance.now();
  const watch = watchUsage(id);
  const ended = engine.waitContainer(id);
  let timedOut: boolean;
  let usage: Usage;
  try {
    const options = { until: ended, ended, limitMs: timeLimitSeconds * 1000, signal };
    timedOut = (await untilOrKilled(engine, id, options)) === 'timedOut';
  } finally {
    // What the kernel told of the group before it was gone may still wait to be read.
    await nextTurn();
    usage = watch.stop();
  }
  return { usage, timedOut, timeLimitSeconds, seconds: (performance.now() - startedAt) / 1000 };
}

/** What was seen of a run from outside. */
export interface End {
  usage: Usage;
  timedOut: boolean;
  timeLimitSeconds: number;
  seconds: number;
}

export interface Ended {
  ending: Ending;
  facts: RunFacts;
}

export interface EndedOptions extends End {
  outputMib: number;
  /** Of the log, what was written since then (milliseconds since 1970). */
  sinceMs?: number;
}

/** The only look at a dead container's state: nothing changes any more. */
export async function readEnded(
  engine: Engine,
  container: Container,
  request: ContainerRequest,
  options: EndedOptions,
): Promise<Ended> {
  const [state, read] = await Promise.all([
    engine.inspectContainer(container.id),
    readWhole(engine, container, options, false),
  ]);
  if (state.running) throw new PlatformError('ENGINE_LOST', 'The engine says that an ended container runs.');
  return describe(request, options, { ...state, ...read });
}

/** The same of a container that is frozen: it has no exit code. */
export async function readFrozen(
  engine: Engine,
  container: Container,
  request: ContainerRequest,
  options: EndedOptions,
): Promise<Ended> {
  const read = await readWhole(engine, container, options, true);
  const { ending, facts } = describe(request, options, { exitCode: 0, oomKilled: false, ...read });
  return { ending, facts: { ...facts, exitCode: null } };
}

async function readWhole(
  engine: Engine,
  { id, folders }: Container,
  { sinceMs }: EndedOptions,
  alive: boolean,
): Promise<{ log: string; outputFull: boolean }> {
  const [log, outputFull] = await Promise.all([
    engine.readLogs(id, { maxBytes: LOG_BYTES, alive, ...(sinceMs !== undefined && { sinceMs }) }),
    folders.isOutputFull(),
  ]);
  return { log: escapeLog(log, LOG_BYTES), outputFull };
}

function describe(
  { rules: { limits }, image }: ContainerRequest,
  { usage, timedOut, timeLimitSeconds, seconds, outputMib }: EndedOptions,
  {
    exitCode,
    oomKilled,
    outputFull,
    log,
  }: { exitCode: number; oomKilled: boolean; outputFull: boolean; log: string },
): Ended {
  return {
    ending: {
      // As it stands in a log.
      program: escapeLog(Buffer.from([...image.entrypoint, ...image.cmd][0] ?? ''), LOG_BYTES),
      exitCode,
      timedOut,
      timeLimitSeconds,
      oomKilled: oomKilled || usage.oomKills > 0,
      memoryMib: limits.memoryMib,
      refusedForks: usage.refusedForks,
      pidsLimit: limits.pids,
      outputFull,
      outputMib,
      log,
    },
    facts: { seconds, peakMemoryBytes: usage.peakMemoryBytes, exitCode, log },
  };
}
