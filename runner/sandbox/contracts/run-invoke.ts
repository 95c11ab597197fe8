import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RunContext } from '#runner/sandbox/engine/container.ts';
import type { UnknownKill } from '#runner/sandbox/engine/verdict.ts';
import type { CaseInput, CaseRun, CasesRequest } from '#runner/types.ts';
import { type InvokeServer, startServer } from './invoke-server.ts';

/** The server of an evaluation, started when the first case needs it and again after each time it ends. */
export interface Invoke extends AsyncDisposable {
  /**
   * Runs one case at a time. Throws SubmissionError if the server does not start, PlatformError, or the
   * signal's reason.
   */
  run(request: CasesRequest, input: CaseInput): Promise<CaseRun | UnknownKill>;
}

export function openInvoke(context: RunContext, { name, rules }: CasesRequest): Invoke {
  // lib/domain/phases/phase.ts refuses such a phase: gVisor has its own network stack, which can't be
  // entered.
  if (rules.requiresGvisor) throw new PlatformError('INTERNAL', 'A server can’t be reached under gVisor.');
  let server: InvokeServer | null = null;
  let starts = 0;
  const remove = async () => {
    await server?.remove();
    server = null;
  };
  return {
    async run(request, input) {
      if (!server) {
        starts += 1;
        const started = await startServer(context, request, `${name}-server-${starts}`);
        if ('kind' in started) return started;
        server = started;
      }
      const { run, isAlive } = await server.invoke(input, request);
      if (!isAlive) await remove();
      return run;
    },
    [Symbol.asyncDispose]: remove,
  };
}
