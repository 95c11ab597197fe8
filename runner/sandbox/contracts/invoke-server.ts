import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { createContainer, type RunContext } from '#runner/sandbox/engine/container.ts';
import {
  type Ending,
  judgeMissingOutput,
  type UnknownKill,
  type Verdict,
} from '#runner/sandbox/engine/verdict.ts';
import { collectOutputs, type Outcome } from '#runner/sandbox/files/collect-output.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { caseFiles } from './case-files.ts';
import { invokeOnce, type StartedServer, startServing } from './container-server.ts';

/**
 * A container that serves cases one after the other. Its processes run only during a request and are frozen
 * between two cases, so that /input can be changed and /output collected and emptied as safely as in a dead
 * container.
 */
export interface InvokeServer {
  /** Throws PlatformError, or the signal's reason. `isAlive`: the server can be invoked again. */
  invoke(input: CaseInput, request: CasesRequest): Promise<{ run: CaseRun | UnknownKill; isAlive: boolean }>;
  remove(): Promise<void>;
}

const LOG_END_CHARACTERS = 2000;

/**
 * Starts a server with an empty /input, waits until it is healthy and freezes it. Returns `killed` if an
 * unknown sender killed it. Throws SubmissionError: a server that fails to start has not seen a scan, so the
 * image fails, not a case.
 */
export async function startServer(
  context: RunContext,
  request: CasesRequest,
  name: string,
): Promise<InvokeServer | UnknownKill> {
  request.signal.throwIfAborted();
  const { outputMib } = request.rules.limits;
  const container = await createContainer(context, request, { name, files: [], outputMib });
  const started = await startServing(context, request, container);
  if (started.kind === 'started') return serve(started);
  if (started.kind === 'killed') return started;
  throw new SubmissionError(started.code, withLogEnd(started.message, started.log));
}

/**
 * Adds the end of the log, because the evaluation ends without a case whose log could be read. The server has
 * not seen a scan, so its log can't reveal one.
 */
function withLogEnd(message: string, log: string): string {
  return log === '' ? message : `${message}\nIts log ends:\n${log.slice(-LOG_END_CHARACTERS)}`;
}

function serve({ serving, remove }: StartedServer): InvokeServer {
  // What the server writes while it starts is part of the first case's log.
  let sinceMs: number | undefined;
  return {
    remove,
    async invoke(input, request) {
      const { folders } = serving.container;
      await folders.emptyInput();
      for (const file of caseFiles(input)) await folders.addInput(file);
      serving.watch.lap();
      const { verdict, ending, facts, isAlive } = await invokeOnce(serving, request, sinceMs);
      const run = await resultOf(verdict, folders.output, request, ending);
      if (isAlive) await folders.emptyOutput();
      sinceMs = Date.now();
      return { run: { ...run, ...facts }, isAlive };
    },
  };
}

async function resultOf(
  verdict: Verdict,
  output: string,
  request: CasesRequest,
  ending: Ending,
): Promise<Outcome | { kind: 'killed' }> {
  if (verdict.kind !== 'collect') return verdict;
  return collectOutputs(output, request, {
    missing: (expected) => judgeMissingOutput(ending, expected),
  });
}
