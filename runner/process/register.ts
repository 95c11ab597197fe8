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
 * Registers the runner and cleans up after an earlier process with the same name before it starts any work:
 * removes its containers and requeues its evaluations.
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
  if (abandoned.length > 0) log.info({ evaluations: abandoned }, 'requeued interrupted evaluations');
  return { runnerId, capabilities };
}

/** The host's capabilities, reduced to what this runner may use. */
export function capabilitiesOf(
  { cpus, memoryMib }: Pick<RunnerEnvironment, 'cpus' | 'memoryMib'>,
  host: object & { engine: { cpus: number } },
): RunnerCapabilities {
  // The engine refuses containers that request more processors than it has.
  const usable = { cpus: Math.min(cpus, host.engine.cpus), memoryMib };
  return runnerCapabilitiesSchema.parse({ ...host, ...usable });
}
