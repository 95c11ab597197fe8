import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { readScorerResults, type ScorerResults } from '#lib/domain/tasks/scorer/scorer-results.ts';
import type { RunContext } from '#runner/sandbox/engine/container.ts';
import { escapeLog } from '#runner/sandbox/engine/container-log.ts';
import { repeatedKill } from '#runner/sandbox/engine/verdict.ts';
import { MemoryBudget, ScorerProblem } from '#runner/sandbox/files/scorer-files.ts';
import { createScorer, isServer, runScorerContainer } from './scorer-container.ts';
import { CaseQueue, type ScorerRequest } from './scorer-input.ts';

/**
 * Runs an organizer's scorer on the predictions of one submission, in the sandbox of the teams' containers:
 *
 *   /input/predictions.json                   the cases that succeeded
 *   /input/<pk>/output/<relative_path>…       what the team's container wrote for each
 *   /opt/ml/input/data/ground_truth/…         the truth
 *   /output/metrics.json                      what the scorer makes of them
 *
 * The scorer is trusted with the truth and with nothing else: it has no network, its output is read as hostile input,
 * and what it prints is for organizers only. See docs/decisions/0114-scorers-in-the-sandbox.md.
 */

/**
 * `problem` is a sentence for organizers, who can mend it: the evaluation ends with SCORER_FAILED. Neither the problem
 * nor the log may reach a team, since both can hold the truth.
 */
export type ScorerRun =
  | { ok: true; results: ScorerResults; seconds: number; log: string }
  | { ok: false; problem: string; seconds: number; log: string };

const MAX_LOG_CHARACTERS = 64 * 1024;
const MAX_PROBLEM_BYTES = 4096;

/** Throws PlatformError, what the cases and the truth throw when they are opened, or the signal's reason. */
export async function runScorer(context: RunContext, request: ScorerRequest): Promise<ScorerRun> {
  if (request.cases.length === 0) throw new Error('A scorer needs at least one case.');
  const progress = { seconds: 0, log: '' };
  try {
    return { ok: true, results: await scoreShards(context, request, progress), ...progress };
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof ScorerProblem) return { ok: false, problem: printable(error.message), ...progress };
    if (!(error instanceof SubmissionError)) throw error;
    const problem = `The scorer failed (${error.code}). ${error.message}`;
    return { ok: false, problem: printable(problem), ...progress };
  }
}

/** It may quote what the scorer wrote. */
function printable(problem: string): string {
  return escapeLog(Buffer.from(problem), MAX_PROBLEM_BYTES);
}

interface Progress {
  seconds: number;
  log: string;
}

/** Throws ScorerProblem as well. */
async function scoreShards(
  context: RunContext,
  request: ScorerRequest,
  progress: Progress,
): Promise<ScorerResults> {
  if (request.requiresGvisor && isServer(request.image)) {
    throw new ScorerProblem(
      'The phase requires gVisor, under which a server can’t be reached. Build the scorer as a program that ends (exec).',
    );
  }
  const maxInputBytes = request.maxInputBytes ?? Math.floor((await context.scratch.memoryBytes()) / 2);
  const queue = new CaseQueue(request.cases);
  const cases = new Map<string, Readonly<Record<string, number>>>();
  let aggregates: ScorerResults['aggregates'] = {};
  for (let shard = 1; queue.hasMore(); shard++) {
    const results = await scoreShard(context, request, { queue, shard, maxInputBytes, progress });
    for (const [name, values] of results.cases) cases.set(name, values);
    // Only a scorer that gets all cases at once may aggregate them (lib/domain/tasks/task.ts).
    aggregates = results.aggregates;
  }
  return { cases, aggregates };
}

interface Shard {
  queue: CaseQueue;
  /** From 1. */
  shard: number;
  maxInputBytes: number;
  progress: Progress;
}

/** What one container makes of the next cases that fit in memory: all of them, unless it judges each on its own. */
async function scoreShard(
  context: RunContext,
  request: ScorerRequest,
  { queue, shard, maxInputBytes, progress }: Shard,
): Promise<ScorerResults> {
  const { scoring } = request;
  // An unknown sender's SIGKILL may come from the host, so the shard is run once more.
  for (let runNumber = 1; ; runNumber++) {
    const container = await createScorer(context, request, `${shard}-${runNumber}`);
    try {
      const caseNames = await queue.fill(container.folders, new MemoryBudget(maxInputBytes), request);
      if (!scoring.perCase && queue.hasMore()) throw tooLarge(maxInputBytes);
      const ran = await runScorerContainer(context, request, container);
      progress.seconds += ran.facts.seconds;
      progress.log = `${progress.log}${ran.facts.log}`.slice(-MAX_LOG_CHARACTERS);
      if (ran.kind === 'failed') throw new ScorerProblem(ran.problem);
      if (ran.kind === 'metrics') return readResults(ran.bytes, request, caseNames);
      if (runNumber === 2) throw new ScorerProblem(`The scorer failed. ${repeatedKill().message}`);
      queue.putBack(caseNames.length);
    } finally {
      await container.remove();
    }
  }
}

function readResults(
  bytes: Uint8Array,
  { scoring: { metrics } }: ScorerRequest,
  caseNames: readonly string[],
): ScorerResults {
  const read = readScorerResults(bytes, { metrics, caseNames });
  if (!read.ok) throw new ScorerProblem(read.problem);
  return read.results;
}

function tooLarge(maxInputBytes: number): ScorerProblem {
  const mib = Math.floor(maxInputBytes / 2 ** 20);
  return new ScorerProblem(
    `The truth and the predictions of all cases take more than ${mib} MiB, which is what this runner has in memory for a scorer. If the scorer judges each case on its own, set "perCase": true, so that it gets a part of the cases at a time. Otherwise use a runner with more memory.`,
  );
}
