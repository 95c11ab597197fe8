import type { WithSlot } from '#runner/concurrency.ts';
import { createContainer, type RunContext, readEnded, runToEnd } from '#runner/sandbox/engine/container.ts';
import { judgeEnding, judgeMissingOutput, type UnknownKill } from '#runner/sandbox/engine/verdict.ts';
import { collectOutputs, throwStartFailure } from '#runner/sandbox/files/collect-output.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { caseFiles } from './case-files.ts';

/**
 * Runs one case in one container: create the folders and the container, start it, wait, kill it at the limit,
 * judge its ending, collect from the dead container, remove it. When the promise settles, nothing of it is
 * left, whether it resolves or rejects.
 *
 * Throws SubmissionError('START_FAILED'), PlatformError, or the signal's reason if it was aborted.
 */
export async function runExec(
  context: RunContext,
  request: CasesRequest,
  { caseIndex, input, runNumber }: { caseIndex: number; input: CaseInput; runNumber: number },
  withSlot: WithSlot,
): Promise<CaseRun | UnknownKill> {
  const { signal } = request;
  const { limits } = request.rules;
  signal.throwIfAborted();
  const container = await createContainer(context, request, {
    name: `${request.name}-${caseIndex}-${runNumber}`,
    labels: { 'heldout.case': String(caseIndex) },
    files: caseFiles(input),
    outputMib: limits.outputMib,
  });
  try {
    signal.throwIfAborted();
    // Only the running container takes a slot; it is created before that and read after it.
    const end = await withSlot(() => runToEnd(context, request, container, limits.timeLimitSeconds));
    signal.throwIfAborted();
    const { outputMib } = limits;
    const { ending, facts } = await readEnded(context.engine, container, request, { ...end, outputMib });
    const verdict = judgeEnding(ending);
    throwStartFailure(verdict);
    if (verdict.kind !== 'collect') return { ...verdict, ...facts };
    const missing = (expected: string) => judgeMissingOutput(ending, expected);
    return { ...(await collectOutputs(container.folders.output, request, { missing })), ...facts };
  } finally {
    await container.remove();
  }
}
