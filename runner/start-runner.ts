import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { recordHeartbeat } from '#lib/evaluations/register-runner.ts';
import type { RunnerEnvironment } from './environment.ts';
import type { Logger } from './log.ts';
import { closeAdapters, openAdapters } from './process/adapters.ts';
import { startChores } from './process/chores.ts';
import { checkHealth } from './process/health.ts';
import { openImages } from './process/open-images.ts';
import { register } from './process/register.ts';
import { SelfReport } from './process/self-report.ts';
import { runWorkLoop } from './process/work-loop.ts';

export interface RunningRunner {
  /** Hands back the current evaluation, removes its containers and closes everything. */
  stop(): Promise<void>;
}

/** Creates a runner and starts its work. Throws if the key, the engine or the database isn't available. */
export async function startRunner(environment: RunnerEnvironment, log: Logger): Promise<RunningRunner> {
  const { home, cpus, memoryMib, leaseSeconds } = environment;
  const onError = (error: Error) => log.warn({ err: error }, 'database or queue error');
  const adapters = await openAdapters(environment, log, onError);
  const { db, sandbox } = adapters;
  const registration = await register(environment, adapters, log);
  const images = await openImages(environment, adapters, log);

  const folders = [home, sandbox.host.engine.dataFolder];
  const report = new SelfReport({
    checkHealth: () => checkHealth({ sandbox, folders }),
    send: (health) => recordHeartbeat(db, registration.runnerId, health),
  });
  // A runner that was drained stays so after a restart: it knows before it takes work.
  await report.send().catch(onError);
  const chores = startChores({ ...adapters, report, leaseSeconds, log, onError });
  const drain = new AbortController();
  const deps = { ...adapters, images, cpus, memoryMib, log };
  const working = runWorkLoop(
    { ...adapters, ...registration, deps, report, leaseSeconds, onError },
    drain.signal,
  );
  log.info({ cpus, memoryMib }, 'waiting for evaluations');

  return {
    async stop() {
      drain.abort(new PlatformError('RUNNER_STOPPED', 'The runner was stopped.'));
      report.stop(new Date());
      await Promise.all([working, report.send().catch(onError)]);
      await chores.stop();
      await closeAdapters(adapters);
    },
  };
}
