import { type InSlot, inParallel, Semaphore } from '#runner/concurrency.ts';
import type { RunContext } from '#runner/sandbox/engine/container.ts';
import { type Killed, killedTwice } from '#runner/sandbox/engine/verdict.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { runBatch } from './run-batch.ts';
import { runExec } from './run-exec.ts';
import { openInvoke } from './run-invoke.ts';

/**
 * Runs an image on cases, under whichever contract. Each case is opened shortly before a container sees it
 * and ended once; nothing of any container is left when the promise settles.
 *
 * Throws SubmissionError for what makes the image useless for every case (it can't be started, its server never gets
 * healthy), PlatformError, what `openCase` and `onEnded` throw, or the signal's reason.
 */
export async function runCases(context: RunContext, request: CasesRequest): Promise<void> {
  switch (request.rules.contract) {
    case 'EXEC':
      return eachInTurn(request, request.parallel, (stoppable, opened, inSlot) =>
        twice((runNumber) => runExec(context, stoppable, { ...opened, runNumber }, inSlot)),
      );
    case 'INVOKE': {
      await using server = openInvoke(context, request);
      return await eachInTurn(request, 1, (stoppable, { input }, inSlot) =>
        inSlot(() => twice(() => server.run(stoppable, input))),
      );
    }
    case 'BATCH':
      return runBatch(context, request);
  }
}

type RunOne = (
  request: CasesRequest,
  opened: { caseIndex: number; input: CaseInput },
  inSlot: InSlot,
) => Promise<CaseRun>;

/**
 * `lanes` containers at a time, and two cases more under way: while containers run, the next scan is opened and
 * the last mask collected and scored.
 */
async function eachInTurn(request: CasesRequest, lanes: number, run: RunOne): Promise<void> {
  // One abort for all: what ends the evaluation in one case stops the containers that still run.
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const onError = (error: unknown) => stop.abort(error);
  const slots = new Semaphore(lanes);
  let working = 0;
  const said: Promise<void>[] = [];
  // Nothing waits for it: a database that is away does not hold up containers. One that refuses stops them.
  const say = (containers: number) => said.push(request.onWorking(containers).catch(onError));
  const inSlot: InSlot = (work) =>
    slots.use(async () => {
      signal.throwIfAborted();
      say(++working);
      try {
        return await work();
      } finally {
        say(--working);
      }
    });
  const one = async (caseIndex: number): Promise<void> => {
    signal.throwIfAborted();
    const opened = { caseIndex, input: await request.openCase(caseIndex, signal) };
    const ended = await run({ ...request, signal }, opened, inSlot);
    await request.onEnded(caseIndex, ended, signal);
  };
  try {
    await inParallel(request.cases, lanes + 2, one, onError);
  } finally {
    await Promise.all(said);
  }
}

/**
 * Once more where a container was killed by nobody we know: that may have been the host. A second time it was
 * the container itself, which can send SIGKILL to its own processes.
 */
async function twice(run: (runNumber: number) => Promise<CaseRun | Killed>): Promise<CaseRun> {
  for (let runNumber = 1; ; runNumber++) {
    const ended = await run(runNumber);
    if (ended.kind !== 'killed') return ended;
    if (runNumber === 2) return { ...ended, ...killedTwice() };
  }
}
