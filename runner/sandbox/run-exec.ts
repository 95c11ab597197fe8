import { PlatformFault, TeamFault } from '#lib/domain/codes.ts';
import type { CaseRun, RunFacts, RunRequest } from '#runner/types.ts';
import { type Collected, collectFile } from './collect.ts';
import { escapeLog } from './container-log.ts';
import { execInputFiles, MAP_FOLDER, MASK_FOLDER } from './contract-exec.ts';
import { type Engine, NameTaken } from './engine.ts';
import { containerSpec } from './profile.ts';
import type { RunFolders, Scratch } from './scratch.ts';
import { type Usage, watchUsage } from './usage.ts';
import { type Ending, judgeEnding, judgeMissingOutput } from './verdict.ts';

/** What every run of a runner shares. */
export interface RunContext {
  engine: Engine;
  scratch: Scratch;
  /** Containers carry it as a label: `heldout.runner`. */
  runner: string;
  seccomp: string;
  runtime?: string;
}

const LOG_BYTES = 64 * 1024;
/** No mask is larger; what is collected is held in memory. */
const MAX_FILE_BYTES = 1024 * 2 ** 20;
/** A killed container is gone in 40 ms; an engine that takes so long is not coming back by itself. */
const KILL_LIMIT_MS = 15_000;

/**
 * One case in one container: folders, create, start, wait, kill at the limit, judge, collect from the dead
 * container, remove. Nothing of it is left when the promise settles, whichever way it does.
 *
 * Throws PlatformFault, or the signal's reason when that was aborted.
 */
export async function runExec(context: RunContext, request: RunRequest): Promise<CaseRun> {
  const { engine, scratch } = context;
  const { image, limits, signal } = request;
  signal.throwIfAborted();
  const folders = await scratch.createRun({
    files: execInputFiles(request.input),
    outputMib: limits.outputMib,
    uid: image.uid,
    gid: image.gid,
  });
  let id: string | undefined;
  try {
    id = await create(context, request, folders);
    signal.throwIfAborted();
    const ended = await runToEnd(engine, id, request);
    signal.throwIfAborted();
    return await judge(request, folders, ended);
  } catch (error) {
    // The engine could not start the program: a fault of the team like any other.
    if (!(error instanceof TeamFault)) throw error;
    return { kind: 'teamFault', code: error.code, message: error.message, ...NO_FACTS };
  } finally {
    await Promise.allSettled([id === undefined ? undefined : engine.removeContainer(id)]);
    await folders.remove();
  }
}

/** The name is a lock: who holds it and is not of this process was left by a runner that died. */
async function create(context: RunContext, request: RunRequest, folders: RunFolders): Promise<string> {
  const { engine, runner, seccomp, runtime } = context;
  const spec = containerSpec({
    name: request.name,
    labels: { ...request.labels, 'heldout.runner': runner },
    image: request.image,
    limits: request.limits,
    inputFolder: folders.input,
    outputFolder: folders.output,
    seccomp,
    ...(runtime !== undefined && { runtime }),
  });
  try {
    return await engine.createContainer(spec);
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    const left = await engine.listContainers(`heldout.runner=${runner}`);
    const holder = left.find(({ name }) => name === request.name);
    if (!holder) throw new PlatformFault('INTERNAL', `Another runner holds the container ${request.name}.`);
    await engine.removeContainer(holder.id);
    return engine.createContainer(spec);
  }
}

interface Ended {
  ending: Ending;
  facts: RunFacts;
}

async function runToEnd(engine: Engine, id: string, request: RunRequest): Promise<Ended> {
  const { limits, signal } = request;
  await engine.startContainer(id);
  const startedAt = performance.now();
  const usageWatch = watchUsage(id);
  let timedOut: boolean;
  let usage: Usage;
  try {
    timedOut = await waitOrKill(engine, id, limits.timeLimitSeconds * 1000, signal);
  } finally {
    usage = usageWatch.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  // The only look at its state: it is dead, so nothing changes any more.
  const [state, logBytes] = await Promise.all([engine.inspectContainer(id), engine.readLogs(id, LOG_BYTES)]);
  if (state.running) throw new PlatformFault('ENGINE_LOST', 'The engine says that an ended container runs.');
  const log = escapeLog(logBytes, LOG_BYTES);
  return {
    ending: {
      exitCode: state.exitCode,
      timedOut,
      timeLimitSeconds: limits.timeLimitSeconds,
      oomKilled: state.oomKilled || usage.oomKills > 0,
      memoryMib: limits.memoryMib,
      refusedForks: usage.refusedForks,
      pidsLimit: limits.pids,
      outputFull: false,
      outputMib: limits.outputMib,
      log,
    },
    facts: { seconds, peakMemoryBytes: usage.peakMemoryBytes, exitCode: state.exitCode, log },
  };
}

/** Resolves when the container is dead: true if it was killed at the limit. Rejects with the signal's reason. */
async function waitOrKill(
  engine: Engine,
  id: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const ended = engine.waitContainer(id);
  // Rejections are looked at where it is awaited.
  ended.catch(() => undefined);
  const stop = Promise.withResolvers<'limit' | 'abort'>();
  const timer = setTimeout(() => stop.resolve('limit'), limitMs);
  const onAbort = () => stop.resolve('abort');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race([ended.then(() => 'ended' as const), stop.promise]);
    if (first === 'ended') return false;
    await engine.killContainer(id);
    await withinLimit(ended);
    if (first === 'abort') signal.throwIfAborted();
    return true;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function withinLimit(ended: Promise<number>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PlatformFault('ENGINE_LOST', 'A killed container did not end.')),
      KILL_LIMIT_MS,
    );
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

const NO_MAP: Collected = { kind: 'none' };
const NO_FACTS: RunFacts = { seconds: 0, peakMemoryBytes: null, exitCode: null, log: '' };

async function judge(request: RunRequest, folders: RunFolders, ended: Ended): Promise<CaseRun> {
  const { facts } = ended;
  const ending = { ...ended.ending, outputFull: await folders.isOutputFull() };
  const verdict = judgeEnding(ending);
  if (verdict.kind !== 'collect') return { ...verdict, ...facts };
  const limits = {
    uid: request.image.uid,
    maxBytes: Math.min(request.limits.outputMib * 2 ** 20, MAX_FILE_BYTES),
  };
  const mask = await collectFile(folders.output, MASK_FOLDER, limits);
  if (mask.kind === 'none') {
    const missing = judgeMissingOutput(ending, MASK_FOLDER);
    if (missing.kind !== 'teamFault') throw new Error('A missing mask is a fault.');
    return { ...missing, ...facts };
  }
  const map =
    mask.kind === 'file' && request.takesProbabilityMaps
      ? await collectFile(folders.output, MAP_FOLDER, limits)
      : NO_MAP;
  for (const found of [mask, map]) {
    if (found.kind === 'unsafe')
      return { kind: 'teamFault', code: 'OUTPUT_UNSAFE', message: found.message, ...facts };
    if (found.kind === 'tooLarge')
      return { kind: 'teamFault', code: 'OUTPUT_TOO_LARGE', message: found.message, ...facts };
  }
  if (mask.kind !== 'file') throw new Error('Only a collected mask is left.');
  return {
    kind: 'output',
    // The team's own name is not passed on: it could carry what it saw.
    fileName: `mask${mask.extension}`,
    bytes: mask.bytes,
    probabilityMap: map.kind === 'file' ? map.bytes : null,
    ...facts,
  };
}
