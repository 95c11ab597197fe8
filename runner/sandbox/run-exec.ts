import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { createContainer, type RunContext, runToEnd } from './container.ts';
import { EXPECTED_MASK, execInputFiles } from './contract-exec.ts';
import { takeOutput, throwStartFailure } from './take-output.ts';
import { judgeEnding, judgeMissingOutput, type Killed } from './verdict.ts';

/**
 * One case in one container: folders, create, start, wait, kill at the limit, judge, collect from the dead
 * container, remove. Nothing of it is left when the promise settles, whichever way it does.
 *
 * Throws TeamFault('START_FAILED'), PlatformFault, or the signal's reason when that was aborted.
 */
export async function runExec(
  context: RunContext,
  request: CasesRequest,
  { caseIndex, input, attempt }: { caseIndex: number; input: CaseInput; attempt: number },
): Promise<CaseRun | Killed> {
  const { limits, signal } = request;
  signal.throwIfAborted();
  const container = await createContainer(context, request, {
    name: `${request.name}-${caseIndex}-${attempt}`,
    labels: { 'heldout.case': String(caseIndex) },
    files: execInputFiles(input),
    outputMib: limits.outputMib,
  });
  try {
    signal.throwIfAborted();
    const { ending, facts } = await runToEnd(context, request, container, {
      limitSeconds: limits.timeLimitSeconds,
      outputMib: limits.outputMib,
    });
    signal.throwIfAborted();
    const verdict = judgeEnding(ending);
    throwStartFailure(verdict);
    if (verdict.kind !== 'collect') return { ...verdict, ...facts };
    const missing = () => judgeMissingOutput(ending, EXPECTED_MASK);
    return { ...(await takeOutput(container.folders.output, request, missing)), ...facts };
  } finally {
    await container.remove();
  }
}
