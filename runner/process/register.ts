import { type RunnerCapabilities, runnerCapabilitiesSchema } from '#lib/domain/runners/capabilities.ts';
import { requeueAbandoned } from '#lib/evaluations/finish-evaluation.ts';
import { registerRunner } from '#lib/evaluations/register-runner.ts';
import type { RunnerEnvironment } from '#runner/environment.ts';
import type { Logger } from '#runner/log.ts';
import type { Adapters } from './adapters.ts';

export interface Registration {
  runnerId: string;
  capabilities: RunnerCapabilities;
}

/**
 * Registers the runner and clears up after an earlier process of the same name, before anything new is started: its
 * containers are removed, and the evaluations that it held go back to the queue.
 */
export async function register(
  environment: RunnerEnvironment,
  { db, queue, key, sandbox }: Pick<Adapters, 'db' | 'queue' | 'key' | 'sandbox'>,
  log: Logger,
): Promise<Registration> {
  const { name, leaseSeconds } = environment;
  const capabilities = capabilitiesOf(environment, sandbox.host);
  const host = { ...sandbox.host, ...capabilities };
  const runnerId = await registerRunner(db, { name, recipient: key.recipient, host });
  await sandbox.sweep();
  const abandoned = await requeueAbandoned(db, queue, { runnerId, graceSeconds: leaseSeconds });
  if (abandoned.length > 0) log.info({ evaluations: abandoned }, 'going on with what was interrupted');
  return { runnerId, capabilities };
}

/** What the host has, cut to what this runner may use of it. */
export function capabilitiesOf(
  { cpus, memoryMib }: Pick<RunnerEnvironment, 'cpus' | 'memoryMib'>,
  host: object & { engine: { cpus: number } },
): RunnerCapabilities {
  // The engine refuses a container that asks for more processors than it has.
  const given = { cpus: Math.min(cpus, host.engine.cpus), memoryMib };
  return runnerCapabilitiesSchema.parse({ ...host, ...given });
}
