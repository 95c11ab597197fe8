import type { InSlot } from '#runner/concurrency.ts';
import { createContainer, type RunContext, readEnded, runToEnd } from '#runner/sandbox/engine/container.ts';
import { judgeEnding, judgeMissingOutput, type Killed } from '#runner/sandbox/engine/verdict.ts';
import { takeOutput, throwStartFailure } from '#runner/sandbox/files/take-output.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { EXPECTED_MASK, execInputFiles } from './exec-files.ts';

/**
 * One case in one container: folders, create, start, wait, kill at the limit, judge, collect from the dead
 * container, remove. Nothing of it is left when the promise settles, whichever way it does.
 *
 * Throws SubmissionError('START_FAILED'), PlatformError, or the signal's reason when that was aborted.
 */
export async function runExec(
  context: RunContext,
  request: CasesRequest,
  { caseIndex, input, runNumber }: { caseIndex: number; input: CaseInput; runNumber: number },
  inSlot: InSlot,
): Promise<CaseRun | Killed> {
  const { signal } = request;
  const { limits } = request.rules;
  signal.throwIfAborted();
  const container = await createContainer(context, request, {
    name: `${request.name}-${caseIndex}-${runNumber}`,
    labels: { 'heldout.case': String(caseIndex) },
    files: execInputFiles(input),
    outputMib: limits.outputMib,
  });
  try {
    signal.throwIfAborted();
    // Made before it has a place and looked at behind it: only what runs takes one.
    const end = await inSlot(() => runToEnd(context, request, container, limits.timeLimitSeconds));
    signal.throwIfAborted();
    const { outputMib } = limits;
    const { ending, facts } = await readEnded(context.engine, container, request, { ...end, outputMib });
    const verdict = judgeEnding(ending);
    throwStartFailure(verdict);
    if (verdict.kind !== 'collect') return { ...verdict, ...facts };
    const missing = () => judgeMissingOutput(ending, EXPECTED_MASK);
    return { ...(await takeOutput(container.folders.output, request, missing)), ...facts };
  } finally {
    await container.remove();
  }
}
