import { DEFAULT_CONTAINER_RULES } from '#lib/domain/phases/rules.ts';
import { MAX_METRICS_BYTES } from '#lib/domain/tasks/scorer/scorer-results.ts';
import {
  type Container,
  createContainer,
  type RunContext,
  readEnded,
  runToEnd,
} from '#runner/sandbox/engine/container.ts';
import {
  type Ending,
  judgeEnding,
  judgeMissingOutput,
  type Verdict,
} from '#runner/sandbox/engine/verdict.ts';
import { collectFile } from '#runner/sandbox/files/collect.ts';
import type { ContainerRequest, LoadedImage, RunFacts } from '#runner/types.ts';
import { invokeOnce, startServing } from './container-server.ts';
import type { ScorerRequest } from './scorer-input.ts';

/** What became of one container of an organizer's scorer. */
type RanScorer = { facts: RunFacts } & (
  | { kind: 'metrics'; bytes: Uint8Array }
  | { kind: 'failed'; problem: string }
  /** By an unknown sender: the host, or one of its own processes. */
  | { kind: 'killed' }
);

const METRICS = 'metrics.json';

/** An image without a label is a program that ends. */
export function isServer({ apiMethod }: LoadedImage): boolean {
  return apiMethod === 'invoke';
}

/** A container whose /input and truth are still empty. Throws like createContainer. */
export function createScorer(context: RunContext, request: ScorerRequest, run: string): Promise<Container> {
  request.signal.throwIfAborted();
  return createContainer(context, containerRequest(request), {
    name: `${request.name}-scorer-${run}`,
    files: [],
    outputMib: request.scoring.limits.outputMib,
    hasTruth: true,
  });
}

function containerRequest(request: ScorerRequest): ContainerRequest & { signal: AbortSignal } {
  const { image, name, labels, signal, scoring, requiresGvisor } = request;
  const rules = { ...DEFAULT_CONTAINER_RULES, limits: scoring.limits, requiresGvisor };
  return { image, rules, modelFolder: null, name, labels, signal };
}

/**
 * Runs the scorer on what its folders contain, and collects its metrics.json. Throws SubmissionError('START_FAILED'),
 * PlatformError, or the signal's reason.
 */
export async function runScorerContainer(
  context: RunContext,
  request: ScorerRequest,
  container: Container,
): Promise<RanScorer> {
  await using resources = new AsyncDisposableStack();
  const run = isServer(request.image) ? runServer : runProgram;
  const { verdict, ending, facts } = await run(context, request, { container, resources });
  if (verdict.kind === 'killed') return { kind: 'killed', facts };
  if (verdict.kind === 'submissionError') return { kind: 'failed', problem: describe(verdict), facts };
  // Its container is dead or frozen, so nothing writes to /output now.
  const found = await collectFile(container.folders.output, '', {
    uid: request.image.uid,
    maxBytes: MAX_METRICS_BYTES,
    name: METRICS,
  });
  if (found.kind === 'file') return { kind: 'metrics', bytes: found.bytes, facts };
  if (found.kind !== 'none') return { kind: 'failed', problem: found.message, facts };
  return { kind: 'failed', problem: describe(judgeMissingOutput(ending!, `/output/${METRICS}`)), facts };
}

interface Running {
  container: Container;
  resources: AsyncDisposableStack;
}

interface Ran {
  verdict: Verdict;
  /** null if it never started, and so can't have been judged as `collect`. */
  ending: Ending | null;
  facts: RunFacts;
}

async function runProgram(context: RunContext, request: ScorerRequest, { container }: Running): Promise<Ran> {
  const asked = containerRequest(request);
  const { timeLimitSeconds, outputMib } = request.scoring.limits;
  const end = await runToEnd(context, asked, container, timeLimitSeconds);
  request.signal.throwIfAborted();
  const { ending, facts } = await readEnded(context.engine, container, asked, { ...end, outputMib });
  return { verdict: judgeEnding(ending), ending, facts };
}

/** A server finds the truth and the predictions in place when it starts. One POST /invoke is for all of them. */
async function runServer(
  context: RunContext,
  request: ScorerRequest,
  { container, resources }: Running,
): Promise<Ran> {
  const asked = containerRequest(request);
  const started = await startServing(context, asked, container);
  if (started.kind !== 'started') return { verdict: started, ending: null, facts: started };
  resources.defer(started.remove);
  return invokeOnce(started.serving, asked);
}

function describe(verdict: Verdict): string {
  if (verdict.kind !== 'submissionError') throw new Error('A failure must be a submission error.');
  return `The scorer failed (${verdict.code}). ${verdict.message}`;
}
