import { statfs } from 'node:fs/promises';
import { PlatformError, UnsupportedPhase } from '#lib/domain/evaluations/codes.ts';
import { batchFolder, bidsFile } from '#lib/domain/tasks/case-paths.ts';
import { inParallel } from '#runner/concurrency.ts';
import {
  type Container,
  createContainer,
  type Ended,
  type RunContext,
  readEnded,
  runToEnd,
} from '#runner/sandbox/engine/container.ts';
import {
  judgeEnding,
  judgeMissingOutput,
  repeatedKill,
  type Verdict,
} from '#runner/sandbox/engine/verdict.ts';
import { collectOutputs, throwStartFailure } from '#runner/sandbox/files/collect-output.ts';
import { OUTPUT_FILES } from '#runner/sandbox/files/scratch.ts';
import type { CaseRun, CasesRequest } from '#runner/types.ts';
import { batchFiles, DATASET_DESCRIPTION } from './batch-files.ts';

/** Files and folders per case in /output: its outputs, their folders and some sidecars. */
const OUTPUT_FILES_PER_CASE = 16;

/**
 * Runs all cases in one container, as one dataset. Every mask that exists when the container has ended
 * counts, however it ended; cases without a mask get the code of the ending. The scans of all cases are in
 * memory at the same time.
 *
 * Throws SubmissionError('START_FAILED'), PlatformError, what the request's functions throw, or the signal's
 * reason.
 */
export async function runBatch(context: RunContext, request: CasesRequest): Promise<void> {
  if (request.cases.length === 0) return;
  for (let runNumber = 1; ; runNumber++) {
    if ((await runOnce(context, request, runNumber)) === 'ended') return;
  }
}

/** Returns `killed` if an unknown sender killed the container; a second run may then succeed. */
async function runOnce(
  context: RunContext,
  request: CasesRequest,
  runNumber: number,
): Promise<'ended' | 'killed'> {
  const { cases, signal } = request;
  const { limits } = request.rules;
  signal.throwIfAborted();
  const outputMib = limits.outputMib * cases.length;
  const container = await createContainer(context, request, {
    name: `${request.name}-batch-${runNumber}`,
    files: [DATASET_DESCRIPTION],
    outputMib,
    outputFiles: OUTPUT_FILES + OUTPUT_FILES_PER_CASE * cases.length,
  });
  try {
    const ids = await addCases(container, request);
    await request.onWorking(1);
    const limitSeconds = context.startUpSeconds + limits.timeLimitSeconds * cases.length;
    const end = await runToEnd(context, request, container, limitSeconds);
    await request.onWorking(0);
    signal.throwIfAborted();
    const ended = await readEnded(context.engine, container, request, { ...end, outputMib });
    const verdict = judgeEnding(ended.ending);
    throwStartFailure(verdict);
    if (verdict.kind === 'killed' && runNumber === 1) return 'killed';
    // The truth is opened from here on, and only /output is left of the container.
    await context.engine.removeContainer(container.id);
    await collectCases(request, container.folders.output, { ids, ended, verdict });
    return 'ended';
  } finally {
    await container.remove();
  }
}

/** Returns the ID under which the container sees each case. */
async function addCases({ folders }: Container, request: CasesRequest): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const add = async (caseIndex: number) => {
    signal.throwIfAborted();
    const input = await request.openCase(caseIndex, signal);
    for (const file of batchFiles(input)) {
      await folders.addInput(file).catch(async (error) => {
        throw await unsupportedIfFull(error, folders.input);
      });
    }
    ids.set(caseIndex, input.id);
  };
  await inParallel(request.cases, request.parallel + 1, add, (error) => stop.abort(error));
  return ids;
}

/** A runner handles one evaluation at a time, so a batch that doesn't fit into memory now never will. */
async function unsupportedIfFull(error: unknown, input: string): Promise<unknown> {
  if (!(error instanceof PlatformError) || error.code !== 'DISK_FULL') return error;
  const { blocks, bsize } = await statfs(input);
  const size = `${((blocks * bsize) / 2 ** 30).toFixed(1)} GiB`;
  return new UnsupportedPhase(
    `more than ${size} of memory for the inputs of a batch`,
    `The inputs of the batch don’t fit into ${size} of memory, a quarter of the host’s.`,
    { cause: error },
  );
}

interface EndedBatch {
  ids: ReadonlyMap<number, string>;
  ended: Ended;
  verdict: Verdict;
}

async function collectCases(request: CasesRequest, output: string, batch: EndedBatch): Promise<void> {
  const { cases } = request;
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const collect = async (caseIndex: number) => {
    signal.throwIfAborted();
    await request.onEnded(caseIndex, await collectCase(request, output, caseIndex, batch), signal);
  };
  await inParallel(cases, request.parallel + 1, collect, (error) => stop.abort(error));
}

/**
 * Divides the time evenly among the cases; memory and exit code are the container's. A failed case gets the
 * whole log.
 */
async function collectCase(
  request: CasesRequest,
  output: string,
  caseIndex: number,
  { ids, ended: { ending, facts }, verdict }: EndedBatch,
): Promise<CaseRun> {
  const id = ids.get(caseIndex) as string;
  const outcome = await collectOutputs(output, request, {
    folder: batchFolder(id),
    fileOf: (socket) => bidsFile(id, socket),
    missing(expected) {
      if (verdict.kind === 'killed') return repeatedKill();
      return verdict.kind === 'collect' ? judgeMissingOutput(ending, expected) : verdict;
    },
  });
  const hasLog = outcome.kind === 'submissionError' || caseIndex === request.cases[0];
  return {
    ...outcome,
    ...facts,
    seconds: facts.seconds / request.cases.length,
    log: hasLog ? facts.log : '',
  };
}
