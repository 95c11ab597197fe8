import { inParallel, Semaphore } from '#runner/concurrency.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import type { RunContext } from './container.ts';
import { runBatch } from './run-batch.ts';
import { runExec } from './run-exec.ts';
import { openInvoke } from './run-invoke.ts';
import { type Killed, killedTwice } from './verdict.ts';

/**
 * Runs an image on cases, under whichever contract. Each case is opened shortly before a container sees it
 * and ended once; nothing of any container is left when the promise settles.
 *
 * Throws TeamFault for what makes the image useless for every case (it can't be started, its server never gets
 * healthy), PlatformFault, what `openCase` and `onEnded` throw, or the signal's reason.
 */
export async function runCases(context: RunContext, request: CasesRequest): Promise<void> {
  switch (request.contract) {
    case 'EXEC':
      return eachInTurn(request, request.parallel, (stoppable, caseIndex, input) =>
        twice((attempt) => runExec(context, stoppable, { caseIndex, input, attempt })),
      );
    case 'INVOKE': {
      await using server = openInvoke(context, request);
      return await eachInTurn(request, 1, (stoppable, _, input) => twice(() => server.run(stoppable, input)));
    }
    case 'BATCH':
      return runBatch(context, request);
  }
}

/** One case first, then the rest, `lanes` containers at a time. */
async function eachInTurn(
  request: CasesRequest,
  lanes: number,
  run: (request: CasesRequest, caseIndex: number, input: CaseInput) => Promise<CaseRun>,
): Promise<void> {
  // One abort for all: what ends one case with a fault of ours stops the containers that still run.
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const stoppable = { ...request, signal };
  const slots = new Semaphore(lanes);
  let working = 0;
  const one = async (caseIndex: number): Promise<void> => {
    signal.throwIfAborted();
    const input = await request.openCase(caseIndex, signal);
    const ended = await slots.use(async () => {
      await request.onWorking(++working);
      try {
        return await run(stoppable, caseIndex, input);
      } finally {
        await request.onWorking(--working);
      }
    });
    await request.onEnded(caseIndex, ended, signal);
  };
  const [first, ...rest] = request.cases;
  if (first === undefined) return;
  await one(first);
  // More cases under way than containers: the next scan is opened and the last mask scored meanwhile.
  await inParallel(rest, lanes + 2, one, (error) => stop.abort(error));
}

/**
 * Once more where a container was killed by nobody we know: that may have been the host. A second time it was
 * the container itself, which can send SIGKILL to its own processes.
 */
async function twice(run: (attempt: number) => Promise<CaseRun | Killed>): Promise<CaseRun> {
  for (let attempt = 1; ; attempt++) {
    const ended = await run(attempt);
    if (ended.kind !== 'killed') return ended;
    if (attempt === 2) return { ...ended, ...killedTwice() };
  }
}
