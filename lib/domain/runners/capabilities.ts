import { z } from 'zod';
import type { Limits } from '#lib/domain/phases/limits.ts';
import { type ContainerRules, contractSchema, describeGpu } from '#lib/domain/phases/settings.ts';
import { counted, mebibytes } from '#lib/domain/units.ts';

export const gpuSchema = z.object({ uuid: z.string(), model: z.string() });
export type Gpu = z.infer<typeof gpuSchema>;

/** The GPUs that a phase may use: those whose model name contains the requested text. */
export function suitableGpus(gpus: readonly Gpu[], { model }: NonNullable<ContainerRules['gpu']>): Gpu[] {
  const text = model?.toLowerCase() ?? '';
  return gpus.filter((gpu) => gpu.model.toLowerCase().includes(text));
}

/**
 * The facts that decide whether a runner can serve a phase, as stored in the column Runner.host (which
 * contains more: runner/sandbox/host/host.ts).
 */
export const runnerCapabilitiesSchema = z.object({
  /** CPUs and memory that all its containers together may use. */
  cpus: z.number().positive(),
  memoryMib: z.number().positive(),
  /** The engine's name for gVisor's runtime, if it is set up. */
  gvisorRuntime: z.string().nullable(),
  contracts: z.array(contractSchema).default(['EXEC']),
  /** GPUs that the engine can pass to containers. */
  gpus: z.array(gpuSchema).default([]),
  /** The largest output that its disk could ever hold; null if it does not report it. */
  outputDiskMib: z.number().nonnegative().nullable().default(null),
});
export type RunnerCapabilities = z.infer<typeof runnerCapabilitiesSchema>;

/** "3 GPUs (NVIDIA A100-SXM4-40GB, Tesla T4)" */
export function describeGpus(gpus: readonly Gpu[]): string {
  const models = [...new Set(gpus.map(({ model }) => model))].join(', ');
  return `${counted(gpus.length, 'GPU')} (${models})`;
}

/** Formats capabilities as "4 CPUs, 8 GiB, 2 GPUs (Tesla T4); exec, invoke". */
export function describeCapabilities({ cpus, memoryMib, gpus, contracts }: RunnerCapabilities): string {
  const parts = [
    counted(cpus, 'CPU'),
    mebibytes(Math.floor(memoryMib)),
    ...(gpus.length > 0 ? [describeGpus(gpus)] : []),
  ];
  return `${parts.join(', ')}; ${contracts.map((contract) => contract.toLowerCase()).join(', ')}`;
}

/** What a phase requires of a runner. */
export interface PhaseDemands extends Pick<ContainerRules, 'contract' | 'requiresGvisor' | 'gpu'> {
  limits: Pick<Limits, 'cpus' | 'memoryMib' | 'outputMib'>;
  /** null if there is no test set and so no cases. */
  testSet: { caseCount: number } | null;
}

/**
 * The disk space for an output that exceeds the container's memory. A batch writes the outputs of all its
 * cases.
 */
function outputOnDiskMib({ contract, limits, testSet }: PhaseDemands): number {
  const outputMib = limits.outputMib * (contract === 'BATCH' ? (testSet?.caseCount ?? 0) : 1);
  return outputMib > limits.memoryMib ? outputMib : 0;
}

interface MissingCapability {
  needs: string;
  /** The runner's own number, if it has one. */
  has?: number;
}

function findMissing(phase: PhaseDemands, runner: RunnerCapabilities): MissingCapability[] {
  const { cpus, memoryMib } = phase.limits;
  const onDiskMib = outputOnDiskMib(phase);
  return [
    ...(runner.contracts.includes(phase.contract)
      ? []
      : [{ needs: `the contract ${phase.contract.toLowerCase()}` }]),
    ...(phase.requiresGvisor && runner.gvisorRuntime === null ? [{ needs: 'gVisor' }] : []),
    ...missingGpus(phase.gpu, runner.gpus),
    ...(cpus > runner.cpus ? [{ needs: counted(cpus, 'CPU'), has: runner.cpus }] : []),
    ...(memoryMib > runner.memoryMib
      ? [{ needs: `${inGib(memoryMib)} GiB of memory`, has: inGib(runner.memoryMib) }]
      : []),
    ...(runner.outputDiskMib !== null && onDiskMib > runner.outputDiskMib
      ? [{ needs: `${inGib(onDiskMib)} GiB of disk for an output`, has: inGib(runner.outputDiskMib) }]
      : []),
  ];
}

function missingGpus(gpu: ContainerRules['gpu'], gpus: readonly Gpu[]): MissingCapability[] {
  const found = gpu ? suitableGpus(gpus, gpu).length : 0;
  return gpu && found < gpu.count ? [{ needs: describeGpu(gpu), has: found }] : [];
}

/** What a runner is missing to serve a phase, as list items for organizers; empty if it can serve it. */
export function missingCapabilities(phase: PhaseDemands, runner: RunnerCapabilities): string[] {
  return findMissing(phase, runner).map(({ needs, has }) =>
    has === undefined ? needs : `${needs} (it has ${has})`,
  );
}

/** A runner that has reported itself. */
export interface Candidate {
  capabilities: RunnerCapabilities;
  /** Whether it has the key of the phase's test set. */
  hasKey: boolean;
  /** Capabilities that it found to be missing when it tried the phase. */
  found: readonly string[];
}

/** Why an evaluation of the phase waits although it is next; null if a runner can take it. */
export function describeWaitReason(phase: PhaseDemands, candidates: readonly Candidate[]): string | null {
  const missingOfEach = candidates.map(({ capabilities, hasKey, found }) => [
    ...findMissing(phase, capabilities).map(({ needs }) => needs),
    ...found,
    ...(hasKey ? [] : ['the key of the test set']),
  ]);
  // The runner with the fewest missing capabilities is the easiest one to complete.
  const [least] = missingOfEach.toSorted((a, b) => a.length - b.length);
  if (!least) return 'Waits for a runner: no runner is online.';
  return least.length === 0 ? null : `Waits for a runner with ${least.join(' and ')}.`;
}

/** Rounded to a hundredth, so that slightly different sizes do not look equal. */
function inGib(mib: number): number {
  return Math.round((mib / 1024) * 100) / 100;
}

/** The facts about a runner's host that organizers see. */
export const runnerHostSchema = runnerCapabilitiesSchema.extend({
  engine: z.object({ version: z.string(), securityOptions: z.array(z.string()) }),
});
export type RunnerHost = z.infer<typeof runnerHostSchema>;

const ENGINE_LAYERS: readonly (readonly [option: string, layer: string])[] = [
  ['seccomp', 'seccomp'],
  ['apparmor', 'AppArmor'],
  ['selinux', 'SELinux'],
  ['userns', 'user namespaces'],
  ['rootless', 'rootless engine'],
];

/** The isolation layers between a container and its host, the strongest last. */
export function isolationLayers({ engine, gvisorRuntime }: RunnerHost): string[] {
  const has = (option: string) =>
    engine.securityOptions.some((one) => one.split(',')[0] === `name=${option}`);
  const layers = ENGINE_LAYERS.filter(([option]) => has(option)).map(([, layer]) => layer);
  return gvisorRuntime === null ? layers : [...layers, 'gVisor'];
}
