import { type ContainerRules, describeGpu } from '#lib/domain/phases/settings.ts';
import { suitableGpus } from '#lib/domain/runners/capabilities.ts';
import type { ContainerScoring } from '#lib/domain/tasks/task.ts';
import type { HostFacts } from '#runner/sandbox/host/host.ts';

/** This machine or its engine doesn’t meet the requirements of a container. */
export class HostRequirementError extends Error {}

/** Throws HostRequirementError if this machine can’t run containers by the rules of a phase. */
export function requireHost(
  host: HostFacts,
  { limits, contract, requiresGvisor, gpu }: ContainerRules,
): void {
  const { cpus, memoryMib } = sizeOf(host);
  if (limits.cpus > cpus) {
    throw new HostRequirementError(
      `The container needs ${limits.cpus} processors, but this machine has ${cpus}. Use --cpus ${cpus}, and allow more time.`,
    );
  }
  if (limits.memoryMib > memoryMib) {
    throw new HostRequirementError(
      `The container needs ${limits.memoryMib} MiB of memory, but this machine has ${memoryMib}. Use --memory-mib to try it with less.`,
    );
  }
  if (requiresGvisor && host.gvisorRuntime === null) {
    throw new HostRequirementError(
      'The phase requires gVisor, but this engine doesn’t have it. To install it, see docs/administrators/run-a-runner.md; to try without it, use --no-gvisor.',
    );
  }
  const gpus = gpu ? suitableGpus(host.gpus, gpu).length : 0;
  if (gpu && gpus < gpu.count) {
    throw new HostRequirementError(
      `The container needs ${describeGpu(gpu)}, but this engine has ${gpus}. Install a GPU with the NVIDIA Container Toolkit, or leave out --gpus and --phase to try it on the CPU.`,
    );
  }
  if (contract === 'INVOKE') requireServers(host);
}

/** Throws HostRequirementError if this machine can’t run a scorer with its limits. */
export function requireHostOfScorer(host: HostFacts, { limits }: Pick<ContainerScoring, 'limits'>): void {
  const { cpus, memoryMib } = sizeOf(host);
  if (limits.cpus > cpus) {
    throw new HostRequirementError(
      `The scorer needs ${limits.cpus} processors, but this machine has ${cpus}. Pass the task with --task, with fewer "cpus" in the limits of its scoring.`,
    );
  }
  if (limits.memoryMib > memoryMib) {
    throw new HostRequirementError(
      `The scorer needs ${limits.memoryMib} MiB of memory, but this machine has ${memoryMib}. Pass the task with --task, with less "memoryMib" in the limits of its scoring.`,
    );
  }
}

/** Throws HostRequirementError if a container that is a server can’t be reached here. */
export function requireServers({ contracts }: HostFacts): void {
  if (contracts.includes('INVOKE')) return;
  throw new HostRequirementError(
    'The network of a server container can’t be entered. Run the command as root (sudo), directly on the host and not in a container.',
  );
}

function sizeOf({ engine, memoryBytes }: HostFacts): { cpus: number; memoryMib: number } {
  return { cpus: engine.cpus, memoryMib: Math.floor(memoryBytes / 2 ** 20) };
}
