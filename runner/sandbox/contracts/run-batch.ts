import { statfs } from 'node:fs/promises';
import { PlatformError, UnsupportedPhase } from '#lib/domain/evaluations/codes.ts';
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
  killedTwice,
  type Verdict,
} from '#runner/sandbox/engine/verdict.ts';
import { collectFile } from '#runner/sandbox/files/collect.ts';
import { OUTPUT_FILES } from '#runner/sandbox/files/scratch.ts';
import { outcomeOf, outputRules, throwStartFailure } from '#runner/sandbox/files/take-output.ts';
import type { CaseRun, CasesRequest } from '#runner/types.ts';
import { batchMask, batchScanFile, DATASET_DESCRIPTION } from './batch-files.ts';

/** Folders and masks that a case needs in /output, and some room for sidecars. */
const OUTPUT_FILES_PER_CASE = 16;

/**
 * All cases in one container, as one dataset. A mask that is there when the container has ended counts, however
 * it ended; the cases without one carry the code of the ending. Scans of all cases lie in memory together.
 *
 * Throws SubmissionError('START_FAILED'), PlatformError, what the request's functions throw, or the signal's reason.
 */
export async function runBatch(context: RunContext, request: CasesRequest): Promise<void> {
  if (request.cases.length === 0) return;
  for (let runNumber = 1; ; runNumber++) {
    if ((await runOnce(context, request, runNumber)) === 'ended') return;
  }
}

/** `killed`: by nobody we know, so that it is worth a second container run. */
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
    const ids = await addScans(container, request);
    await request.onWorking(1);
    const limitSeconds = context.startUpSeconds + limits.timeLimitSeconds * cases.length;
    const end = await runToEnd(context, request, container, limitSeconds);
    await request.onWorking(0);
    signal.throwIfAborted();
    const ended = await readEnded(context.engine, container, request, { ...end, outputMib });
    const verdict = judgeEnding(ended.ending);
    throwStartFailure(verdict);
    if (verdict.kind === 'killed' && runNumber === 1) return 'killed';
    // Truth is opened from here on; of the container only /output is left.
    await context.engine.removeContainer(container.id);
    await endCases(request, container.folders.output, { ids, ended, verdict });
    return 'ended';
  } finally {
    await container.remove();
  }
}

/** The id under which each case is shown. */
async function addScans({ folders }: Container, request: CasesRequest): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const add = async (caseIndex: number) => {
    signal.throwIfAborted();
    const input = await request.openCase(caseIndex, signal);
    await folders.addInput(batchScanFile(input)).catch(async (error) => {
      throw await asUnsupported(error, folders.input);
    });
    ids.set(caseIndex, input.id);
  };
  await inParallel(request.cases, request.parallel + 1, add, (error) => stop.abort(error));
  return ids;
}

/** A runner has one evaluation at a time: what the scans of a batch do not fit into is all that there is. */
async function asUnsupported(error: unknown, input: string): Promise<unknown> {
  if (!(error instanceof PlatformError) || error.code !== 'DISK_FULL') return error;
  const { blocks, bsize } = await statfs(input);
  const size = `${((blocks * bsize) / 2 ** 30).toFixed(1)} GiB`;
  return new UnsupportedPhase(
    `more than ${size} of memory for the scans of a batch`,
    `The scans of the batch do not fit into the ${size} of memory for them, a quarter of the host's.`,
    { cause: error },
  );
}

interface EndedBatch {
  ids: ReadonlyMap<number, string>;
  ended: Ended;
  verdict: Verdict;
}

async function endCases(request: CasesRequest, output: string, batch: EndedBatch): Promise<void> {
  const { cases } = request;
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const end = async (caseIndex: number) => {
    signal.throwIfAborted();
    await request.onEnded(caseIndex, await takeCase(request, output, caseIndex, batch), signal);
  };
  await inParallel(cases, request.parallel + 1, end, (error) => stop.abort(error));
}

/** Time is shared out evenly; memory and exit code are the container's. A failed case carries its whole log. */
async function takeCase(
  request: CasesRequest,
  output: string,
  caseIndex: number,
  { ids, ended: { ending, facts }, verdict }: EndedBatch,
): Promise<CaseRun> {
  const { folder, name } = batchMask(ids.get(caseIndex) as string);
  const mask = await collectFile(output, folder, { ...outputRules(request), name });
  const outcome = outcomeOf(mask, { kind: 'none' }, () => {
    if (verdict.kind === 'killed') return killedTwice();
    return verdict.kind === 'collect' ? judgeMissingOutput(ending, `/output/${folder}/${name}`) : verdict;
  });
  const carriesLog = outcome.kind === 'submissionError' || caseIndex === request.cases[0];
  return {
    ...outcome,
    ...facts,
    seconds: facts.seconds / request.cases.length,
    log: carriesLog ? facts.log : '',
  };
}
