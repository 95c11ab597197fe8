import { parseRunnerEnvironment } from './environment.ts';
import { openLog } from './log.ts';
import { startRunner } from './start-runner.ts';

/** Starts a runner from this process's environment. SIGTERM and SIGINT drain it, also while it starts. */
const environment = parseRunnerEnvironment(process.env);
const log = openLog(environment.logLevel, environment.name);

const starting = startRunner(environment, log);
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    log.info({ signal: name }, 'draining: the current evaluation goes back to the queue');
    starting
      .then((runner) => runner.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the runner did not stop cleanly');
          process.exit(1);
        },
      );
  });
}

try {
  await starting;
} catch (error) {
  log.fatal({ err: error }, 'the runner can’t start');
  process.exit(1);
}
