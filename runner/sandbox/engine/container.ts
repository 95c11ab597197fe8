import { setImmediate as nextTurn } from 'node:timers/promises';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RunFolderOptions, RunFolders, Scratch } from '#runner/sandbox/files/scratch.ts';
import { containerSpec } from '#runner/sandbox/policy/profile.ts';
import type { CasesRequest, ContainerRequest, RunFacts } from '#runner/types.ts';
import { escapeLog } from './container-log.ts';
import { type Engine, NameConflict } from './engine.ts';
import type { GpuPool } from './gpu-pool.ts';
import { type Usage, watchUsage } from './usage.ts';
import type { Ending } from './verdict.ts';

/** Container operations for all contracts: create with folders, wait for the end, read the result, remove. */

/** State shared by all container runs of a runner. */
export interface RunContext {
  engine: Engine;
  scratch: Scratch;
  /** Added to containers as the label `heldout.runner`. */
  runner: string;
  seccomp: string;
  /** The engine's name for gVisor's runtime; null if it has none. */
  gvisorRuntime: string | null;
  gpus: GpuPool;
  /** Time that a server has to become healthy, and that a batch has in addition to the time of its cases. */
  startUpSeconds: number;
}

const LOG_BYTES = 64 * 1024;
/** A killed container is gone in 40 ms; an engine that takes this long will not recover on its own. */
const KILL_LIMIT_MS = 15_000;

/** The longest delay of a timer; longer ones would fire immediately. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A created container and its folders. */
export interface Container {
  id: string;
  folders: RunFolders;
  /** Removes both, in any state. A second call has no effect. */
  remove(): Promise<void>;
}

export interface ContainerOptions
  extends Pick<RunFolderOptions, 'files' | 'outputMib' | 'outputFiles' | 'hasTruth'> {
  /** The container's complete name. */
  name: string;
  labels?: Readonly<Record<string, string>>;
}

/**
 * Throws SubmissionError('START_FAILED') if the image can't become a container, PlatformError on platform
 * errors.
 */
export async function createContainer(
  context: RunContext,
  request: ContainerRequest,
  { name, labels, ...options }: ContainerOptions,
): Promise<Container> {
  const { engine, scratch } = context;
  const { uid, gid } = request.image;
  const { outputMib, memoryMib } = request.rules.limits;
  // A tmpfs counts against the container's memory, so a larger output would never fit there.
  const outputOnDisk = outputMib > memoryMib;
  await using resources = new AsyncDisposableStack();
  const { uuids: gpus } = resources.adopt(await context.gpus.take(request.rules.gpu), (taken) =>
    taken.release(),
  );
  const run = await scratch.createRun({ ...options, outputOnDisk, uid, gid });
  const folders = resources.adopt(run, (folder) => folder.remove());
  const namedRequest = { ...request, name, labels: { ...request.labels, ...labels } };
  const id = await createLocked(context, namedRequest, { folders, gpus });
  // From here on, remove() releases the resources.
  const containerResources = resources.move();
  return {
    id,
    folders,
    async remove() {
      // An engine that is down now is asked again later (retry-removals.ts), or by the sweep at the next start.
      await Promise.allSettled([engine.removeContainer(id)]);
      await containerResources.disposeAsync();
    },
  };
}

/** The name is a lock: a container that has it and isn't from this process was left by a runner that died. */
async function createLocked(
  { engine, runner, seccomp, gvisorRuntime }: RunContext,
  request: ContainerRequest,
  { folders, gpus }: { folders: RunFolders; gpus: readonly string[] },
): Promise<string> {
  // A runner without gVisor never claims such a phase, so this is a bug, and the container must not start.
  const { rules } = request;
  if (rules.requiresGvisor && gvisorRuntime === null)
    throw new PlatformError('INTERNAL', 'The phase requires gVisor, but the engine does not have it.');
  const spec = containerSpec({
    name: request.name,
    labels: { ...request.labels, 'heldout.runner': runner },
    image: request.image,
    rules,
    inputFolder: folders.input,
    outputFolder: folders.output,
    modelFolder: request.modelFolder,
    truthFolder: folders.truth,
    seccomp,
    gpus,
    ...(rules.requiresGvisor && gvisorRuntime !== null && { runtime: gvisorRuntime }),
  });
  try {
    return await engine.createContainer(spec);
  } catch (error) {
    if (!(error instanceof NameConflict)) throw error;
    const left = await engine.listContainers(`heldout.runner=${runner}`);
    const holder = left.find(({ name }) => name === request.name);
    if (!holder)
      throw new PlatformError('INTERNAL', `Another runner uses the container name ${request.name}.`);
    await engine.removeContainer(holder.id);
    return engine.createContainer(spec);
  }
}

/**
 * Resolves with the value of `until`, or with 'timedOut' after killing the container at the time limit. If
 * the signal is aborted, kills the container and rejects with the signal's reason.
 */
export async function untilOrKilled<T>(
  engine: Engine,
  id: string,
  { until, ended, limitMs, signal }: KillOptions<T>,
): Promise<T | 'timedOut'> {
  const interruption = Promise.withResolvers<'timedOut' | 'aborted'>();
  const timer = setTimeout(() => interruption.resolve('timedOut'), Math.min(limitMs, MAX_TIMEOUT_MS));
  const onAbort = () => interruption.resolve('aborted');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race([until.then((value) => ({ value })), interruption.promise]);
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
  /** Settles when the engine reports that the container has ended. */
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
      () => reject(new PlatformError('ENGINE_LOST', 'The engine did not end a killed container.')),
      KILL_LIMIT_MS,
    );
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a container and waits until it ends or is killed at the limit. Rejects with the signal's reason. */
export async function runToEnd(
  { engine }: RunContext,
  { signal }: Pick<CasesRequest, 'signal'>,
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
    // Pending kernel events of the container's cgroup are read before it is closed.
    await nextTurn();
    usage = watch.stop();
  }
  return { usage, timedOut, timeLimitSeconds, seconds: (performance.now() - startedAt) / 1000 };
}

/** What was observed of a container run from outside. */
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
  /** Return only log output written since this time (milliseconds since 1970). */
  sinceMs?: number;
}

/** Reads the final state of a dead container, which no longer changes. */
export async function readEnded(
  engine: Engine,
  container: Container,
  request: ContainerRequest,
  options: EndedOptions,
): Promise<Ended> {
  const [state, read] = await Promise.all([
    engine.inspectContainer(container.id),
    readLogAndOutput(engine, container, options, false),
  ]);
  if (state.running)
    throw new PlatformError('ENGINE_LOST', 'The engine reports an ended container as running.');
  return describe(request, options, { ...state, ...read });
}

/** Reads the state of a frozen container, which has no exit code. */
export async function readFrozen(
  engine: Engine,
  container: Container,
  request: ContainerRequest,
  options: EndedOptions,
): Promise<Ended> {
  const read = await readLogAndOutput(engine, container, options, true);
  const { ending, facts } = describe(request, options, { exitCode: 0, oomKilled: false, ...read });
  return { ending, facts: { ...facts, exitCode: null } };
}

async function readLogAndOutput(
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
      // Escaped like the log, so that both can be compared.
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
