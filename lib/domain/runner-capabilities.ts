import { z } from 'zod';
import type { Limits } from './limits.ts';

const contractSchema = z.enum(['EXEC', 'INVOKE', 'BATCH']);

/**
 * What decides whether a runner can serve a phase, as it stands in the column Runner.host (which holds more:
 * runner/sandbox/host.ts).
 */
export const runnerCapabilitiesSchema = z.object({
  /** Processors and memory that its containers may use together. */
  cpus: z.number().positive(),
  memoryMib: z.number().positive(),
  /** The engine's name of gVisor's runtime, where it is set up. */
  gvisorRuntime: z.string().nullable(),
  contracts: z.array(contractSchema).default(['EXEC']),
});
export type RunnerCapabilities = z.infer<typeof runnerCapabilitiesSchema>;

/** What a phase asks of a runner. */
export interface PhaseDemands {
  contract: z.infer<typeof contractSchema>;
  requiresSecondWall: boolean;
  limits: Pick<Limits, 'cpus' | 'memoryMib'>;
}

/** What a runner lacks to serve a phase: nothing where it can. Words for an organizer, as a list reads them. */
export function lacksFor(phase: PhaseDemands, runner: RunnerCapabilities): string[] {
  const { cpus, memoryMib } = phase.limits;
  return [
    ...(runner.contracts.includes(phase.contract) ? [] : [`the contract ${phase.contract.toLowerCase()}`]),
    ...(phase.requiresSecondWall && runner.gvisorRuntime === null ? ['gVisor'] : []),
    ...(cpus > runner.cpus ? [`${cpus} CPUs (it has ${runner.cpus})`] : []),
    ...(memoryMib > runner.memoryMib
      ? [`${inGib(memoryMib)} GiB of memory (it has ${inGib(runner.memoryMib)})`]
      : []),
  ];
}

/** To a hundredth, so that what is a little too much does not read as the same. */
function inGib(mib: number): number {
  return Math.round((mib / 1024) * 100) / 100;
}

/** What an organizer is shown of a runner's host. */
export const runnerHostSchema = runnerCapabilitiesSchema.extend({
  engine: z.object({ version: z.string(), securityOptions: z.array(z.string()) }),
});
export type RunnerHost = z.infer<typeof runnerHostSchema>;

const ENGINE_WALLS: readonly (readonly [option: string, wall: string])[] = [
  ['seccomp', 'seccomp'],
  ['apparmor', 'AppArmor'],
  ['selinux', 'SELinux'],
  ['userns', 'user namespaces'],
  ['rootless', 'rootless engine'],
];

/** What stands between a container and its host, the strongest last. */
export function wallsOf({ engine, gvisorRuntime }: RunnerHost): string[] {
  const has = (option: string) =>
    engine.securityOptions.some((one) => one.split(',')[0] === `name=${option}`);
  const walls = ENGINE_WALLS.filter(([option]) => has(option)).map(([, wall]) => wall);
  return gvisorRuntime === null ? walls : [...walls, 'gVisor'];
}
