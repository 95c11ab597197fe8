import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import {
  type Container,
  type Ended,
  killContainer,
  MAX_TIMEOUT_MS,
  type RunContext,
  readEnded,
  readFrozen,
  untilOrKilled,
} from '#runner/sandbox/engine/container.ts';
import { type UsageWatch, watchUsage } from '#runner/sandbox/engine/usage.ts';
import {
  judgeReply,
  judgeServerEnding,
  judgeStart,
  type Reply,
  type UnknownKill,
  type Verdict,
} from '#runner/sandbox/engine/verdict.ts';
import type { CasesRequest, ContainerRequest, RunFacts } from '#runner/types.ts';
import { openRelay, type Relay } from './relay.ts';

/**
 * An HTTP server in a container: it is started, waited for until it is healthy, and frozen; then each request runs it
 * for as long as it takes. What its folders hold meanwhile is up to the caller.
 */

const HEALTH_EVERY_MS = 50;
/**
 * A server that accepts a request without answering may have lost it, so the request is repeated after this
 * time.
 */
const HEALTH_ANSWER_MS = 10_000;
/** A broken connection is usually the first sign that the container has ended. */
const END_AFTER_BREAK_MS = 500;

/** What starting and invoking a server needs to know. */
type ServerRequest = ContainerRequest & Pick<CasesRequest, 'signal'>;

/** State shared by the functions of a server. */
interface Serving {
  context: RunContext;
  container: Container;
  watch: UsageWatch;
  relay: Relay;
  /** Settles when the engine reports that the container has ended. */
  ended: Promise<unknown>;
}

/** A healthy, frozen server with an empty /output. */
export interface StartedServer {
  kind: 'started';
  serving: Serving;
  remove(): Promise<void>;
}

type StartFailure = { kind: 'submissionError'; code: SubmissionErrorCode; message: string } & RunFacts;

/**
 * Starts the server of a created container, waits until it is healthy and freezes it. The container is removed unless
 * it starts. Throws SubmissionError('START_FAILED'), PlatformError, or the signal's reason.
 */
export async function startServing(
  context: RunContext,
  request: ServerRequest,
  container: Container,
): Promise<StartedServer | StartFailure | UnknownKill> {
  const { engine } = context;
  const { id } = container;
  let watch: UsageWatch | undefined;
  let relay: Relay | undefined;
  const remove = async () => {
    watch?.stop();
    await Promise.all([relay?.close(), container.remove()]);
  };
  try {
    request.signal.throwIfAborted();
    await engine.startContainer(id);
    const ended = engine.waitContainer(id);
    ended.catch(() => undefined);
    watch = watchUsage(id);
    const { pid } = await engine.inspectContainer(id);
    relay = await unlessEnding(ended, openRelay({ id, pid }));
    const serving = { context, container, watch, ended };
    const failure = await untilHealthy(serving, relay, request);
    if (!failure && relay && (await engine.pauseContainer(id))) {
      await container.folders.emptyOutput();
      return { kind: 'started', serving: { ...serving, relay }, remove };
    }
    await remove();
    return failure ?? ENDED_AT_ONCE;
  } catch (error) {
    await remove();
    throw error;
  }
}

const ENDED_AT_ONCE: StartFailure = {
  kind: 'submissionError',
  code: 'EXIT_NONZERO',
  message: 'The server ended as soon as it was healthy. It must run until it is stopped.',
  seconds: 0,
  peakMemoryBytes: null,
  exitCode: null,
  log: '',
};

/** Returns null when the server is healthy. */
async function untilHealthy(
  { context, container, watch, ended }: Omit<Serving, 'relay'>,
  relay: Relay | undefined,
  request: ServerRequest,
): Promise<StartFailure | UnknownKill | null> {
  const { engine, startUpSeconds } = context;
  const startedAt = performance.now();
  const stop = new AbortController();
  const healthy = relay && unlessEnding(ended, pollHealth(relay, stop.signal));
  healthy?.catch(() => undefined);
  const hasEnded = ended.then(() => undefined);
  const until = healthy ? Promise.race([healthy, hasEnded]) : hasEnded;
  let first: 'healthy' | 'timedOut' | undefined;
  try {
    const options = { until, ended, limitMs: startUpSeconds * 1000, signal: request.signal };
    first = await untilOrKilled(engine, container.id, options);
  } finally {
    stop.abort();
  }
  if (first === 'healthy') return null;
  const { ending, facts } = await readEnded(engine, container, request, {
    usage: watch.lap(),
    timedOut: first === 'timedOut',
    timeLimitSeconds: startUpSeconds,
    seconds: (performance.now() - startedAt) / 1000,
    outputMib: request.rules.limits.outputMib,
  });
  const verdict = judgeStart(ending);
  if (verdict.kind === 'killed') return { ...verdict, ...facts };
  if (verdict.kind === 'collect') throw new Error('A server that has ended can’t be healthy.');
  return { ...verdict, ...facts };
}

/**
 * Waits for the work. Returns undefined if the work fails because the container ends; the ending is judged
 * instead.
 */
async function unlessEnding<T>(ended: Promise<unknown>, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const isEnding = await Promise.race([ended.then(() => true), sleep(END_AFTER_BREAK_MS, false)]);
    if (isEnding) return undefined;
    throw error;
  }
}

async function pollHealth(relay: Relay, signal: AbortSignal): Promise<'healthy'> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await relay.ask({ method: 'GET', path: '/health', timeoutMs: HEALTH_ANSWER_MS });
    if ('status' in answer && answer.status === 200) return 'healthy';
    await sleep(HEALTH_EVERY_MS, undefined, { signal });
  }
}

/** How a request ended. The server is frozen if it is alive, otherwise its container is dead. */
interface Invoked extends Ended {
  verdict: Verdict;
  isAlive: boolean;
}

/** Sends POST /invoke and judges the answer. Throws PlatformError, or the signal's reason. */
export async function invokeOnce(
  serving: Serving,
  request: ServerRequest,
  sinceMs?: number,
): Promise<Invoked> {
  const startedAt = performance.now();
  const reply = await ask(serving, request);
  const seconds = (performance.now() - startedAt) / 1000;
  const isAlive = typeof reply === 'object' && (await freeze(serving));
  const { ending, facts } = await readCase(serving, request, {
    isAlive,
    timedOut: reply === 'timedOut',
    seconds,
    ...(sinceMs !== undefined && { sinceMs }),
  });
  request.signal.throwIfAborted();
  const verdict = typeof reply === 'object' ? judgeReply(reply, ending) : judgeServerEnding(ending);
  return { verdict, ending, facts, isAlive };
}

/** Returns the server's reply. If there is none, the container is dead. */
async function ask(
  { context: { engine }, container: { id }, relay, ended }: Serving,
  { rules, signal }: ServerRequest,
): Promise<Reply | 'ended' | 'timedOut'> {
  // The server was frozen alive, so if it is dead now, someone else killed it.
  if (!(await engine.unpauseContainer(id))) {
    // The runtime knows that the container is dead slightly before the engine does.
    await killContainer(engine, id, ended);
    return 'ended';
  }
  const reply = relay.ask({ method: 'POST', path: '/invoke', timeoutMs: MAX_TIMEOUT_MS });
  const hasEnded = ended.then(() => 'ended' as const);
  const limitMs = rules.limits.timeLimitSeconds * 1000;
  const until = Promise.race([reply, hasEnded]);
  const first = await untilOrKilled(engine, id, { until, ended, limitMs, signal });
  if (typeof first !== 'object' || 'status' in first) return first;
  // The container may be about to end. A server that breaks connections and lives is not invoked again.
  const waitMs = first.failure === 'malformed' ? 0 : END_AFTER_BREAK_MS;
  const options = { until: hasEnded, ended, limitMs: waitMs, signal };
  return (await untilOrKilled(engine, id, options)) === 'ended' ? 'ended' : first;
}

/** Returns false if the container is dead. */
async function freeze({ context: { engine }, container: { id }, ended }: Serving): Promise<boolean> {
  if (await engine.pauseContainer(id)) return true;
  await killContainer(engine, id, ended);
  return false;
}

/** Reads the state after a case: of the frozen container, or of the dead one if it ended. */
async function readCase(
  { context: { engine }, container, watch }: Serving,
  request: ServerRequest,
  options: { isAlive: boolean; timedOut: boolean; seconds: number; sinceMs?: number },
): Promise<Ended> {
  const { timeLimitSeconds, outputMib } = request.rules.limits;
  const usage = watch.lap();
  const common = { ...options, usage, timeLimitSeconds, outputMib };
  return options.isAlive
    ? readFrozen(engine, container, request, common)
    : readEnded(engine, container, request, common);
}
