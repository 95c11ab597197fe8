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
    ...(memoryMib > runner.memoryMib ? [`${memoryMib} MiB of memory (it has ${runner.memoryMib})`] : []),
  ];
}
