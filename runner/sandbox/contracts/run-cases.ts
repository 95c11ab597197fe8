import { inParallel, Semaphore, type WithSlot } from '#runner/concurrency.ts';
import type { RunContext } from '#runner/sandbox/engine/container.ts';
import { repeatedKill, type UnknownKill } from '#runner/sandbox/engine/verdict.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { runBatch } from './run-batch.ts';
import { runExec } from './run-exec.ts';
import { openInvoke } from './run-invoke.ts';

/**
 * Runs an image on cases, under any contract. Each case is opened shortly before a container sees it, and
 * `onEnded` is called for it once. When the promise settles, no container is left.
 *
 * Throws SubmissionError for what makes the image fail on every case (it can't start, its server never
 * becomes healthy), PlatformError, what `openCase` and `onEnded` throw, or the signal's reason.
 */
export async function runCases(context: RunContext, request: CasesRequest): Promise<void> {
  switch (request.rules.contract) {
    case 'EXEC':
      return runEachCase(request, request.parallel, (caseRequest, opened, withSlot) =>
        retryOnce((runNumber) => runExec(context, caseRequest, { ...opened, runNumber }, withSlot)),
      );
    case 'INVOKE': {
      await using server = openInvoke(context, request);
      return await runEachCase(request, 1, (caseRequest, { input }, withSlot) =>
        withSlot(() => retryOnce(() => server.run(caseRequest, input))),
      );
    }
    case 'BATCH':
      return runBatch(context, request);
  }
}

type RunCase = (
  request: CasesRequest,
  opened: { caseIndex: number; input: CaseInput },
  withSlot: WithSlot,
) => Promise<CaseRun>;

/**
 * Runs at most `maxContainers` at a time and prepares or scores two more cases: while containers run, the
 * next scan is opened and the last mask is collected and scored.
 */
async function runEachCase(request: CasesRequest, maxContainers: number, run: RunCase): Promise<void> {
  // Shared by all cases: an error that ends the evaluation in one case stops the containers of the others.
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const onError = (error: unknown) => stop.abort(error);
  const slots = new Semaphore(maxContainers);
  let working = 0;
  const notifications: Promise<void>[] = [];
  // Not awaited here, so that an unavailable database does not delay containers. A rejection stops them.
  const notify = (containers: number) => notifications.push(request.onWorking(containers).catch(onError));
  const withSlot: WithSlot = (work) =>
    slots.use(async () => {
      signal.throwIfAborted();
      notify(++working);
      try {
        return await work();
      } finally {
        notify(--working);
      }
    });
  const runOne = async (caseIndex: number): Promise<void> => {
    signal.throwIfAborted();
    const opened = { caseIndex, input: await request.openCase(caseIndex, signal) };
    const ended = await run({ ...request, signal }, opened, withSlot);
    await request.onEnded(caseIndex, ended, signal);
  };
  try {
    await inParallel(request.cases, maxContainers + 2, runOne, onError);
  } finally {
    await Promise.all(notifications);
  }
}

/**
 * Runs the case a second time if an unknown sender killed the container, because that may have been the host.
 * If it happens again, the container itself is blamed: it can send SIGKILL to its own processes.
 */
async function retryOnce(run: (runNumber: number) => Promise<CaseRun | UnknownKill>): Promise<CaseRun> {
  for (let runNumber = 1; ; runNumber++) {
    const ended = await run(runNumber);
    if (ended.kind !== 'killed') return ended;
    if (runNumber === 2) return { ...ended, ...repeatedKill() };
  }
}
