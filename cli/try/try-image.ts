import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { DatasetCase } from '#cli/dataset/dataset.ts';
import { PlatformError, SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { METRIC_NAMES, type MetricName } from '#lib/domain/metrics/metrics.ts';
import { type ContainerRules, describeGpu } from '#lib/domain/phases/settings.ts';
import { suitableGpus } from '#lib/domain/runners/capabilities.ts';
import { containersAtOnce } from '#runner/concurrency.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { voxelCount } from '#runner/imaging/volume.ts';
import { caseInput } from '#runner/pipeline/case-input.ts';
import { type ScoringContext, scoreCaseRun } from '#runner/pipeline/score-output.ts';
import type { HostFacts } from '#runner/sandbox/host/host.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseRun, LoadedImage } from '#runner/types.ts';
import { IMAGE_FILE, type Removed, removeKilledRuns } from './killed-runs.ts';
import { readOwner, runNamePrefix } from './run-owner.ts';

export interface TryOptions {
  rules: ContainerRules;
  imageFile: string;
  modelFile: string | null;
  cases: readonly DatasetCase[];
  /** Aborted: everything is removed, then its reason is thrown. */
  signal: AbortSignal;
  /** Earlier runs were killed, and what they left was removed before this one began. */
  onRemoved(removed: Removed): void;
  onImage(image: LoadedImage): void;
  /** So many containers are at work. */
  onWorking(containers: number): void;
  /** As soon as it has ended, with what it wrote. */
  onCase(tried: TriedCase, log: string): void;
}

export interface TriedCase {
  case: string;
  /** `valid`: a mask that counts, of a case without a true mask. */
  status: 'scored' | 'valid' | 'rejected' | 'failed';
  code: SubmissionErrorCode | null;
  message: string | null;
  seconds: number;
  peakMemoryBytes: number | null;
  /** Empty where there is no score. */
  metrics: Partial<Record<MetricName, number | null>>;
}

export interface TryReport {
  /** Every case has a mask that counts. */
  verdict: 'passed' | 'failed';
  /** `code`: why the image as a whole can't be used; `id` is null where it did not get as far as an engine. */
  image: { id: string | null; code: SubmissionErrorCode | null; message: string | null };
  cases: TriedCase[];
}

/** This machine, or its engine, can't give a container what it is to have. */
export class HostRequirementError extends Error {}

/**
 * What a runner does with an evaluation, on this machine and on scans that lie open: the same check of the
 * image, the same containers, the same scorer. Nothing is left, whichever way it ends. Throws HostRequirementError
 * or PlatformError where the machine can't, CommandError for a scan or mask that can't be used.
 */
export async function tryImage(options: TryOptions): Promise<TryReport> {
  const removed = await removeKilledRuns();
  if (removed) options.onRemoved(removed);
  const scratch = await mkdtemp(path.join(tmpdir(), runNamePrefix(await readOwner())));
  const scoring = new ScoringPool({ threads: availableParallelism() });
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await openSandbox({ runner: path.basename(scratch), scratch });
    requireHost(sandbox.host, options.rules);
    return await tryIn(sandbox, scoring, options, scratch);
  } finally {
    await scoring.close();
    await sandbox?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Throws HostRequirementError. */
function requireHost(host: HostFacts, { limits, contract, requiresGvisor, gpu }: ContainerRules): void {
  const { cpus } = host.engine;
  if (limits.cpus > cpus) {
    throw new HostRequirementError(
      `A container is to have ${limits.cpus} processors, this machine has ${cpus}. --cpus ${cpus} tries it with those; give it more time then.`,
    );
  }
  const memoryMib = Math.floor(host.memoryBytes / 2 ** 20);
  if (limits.memoryMib > memoryMib) {
    throw new HostRequirementError(
      `A container is to have ${limits.memoryMib} MiB of memory, this machine has ${memoryMib}. --memory-mib tries it with less.`,
    );
  }
  if (requiresGvisor && host.gvisorRuntime === null) {
    throw new HostRequirementError(
      'The container is to run under gVisor, and this engine has none: docs/administrators/run-a-runner.md says how to set it up, --no-gvisor tries it without.',
    );
  }
  if (gpu && suitableGpus(host.gpus, gpu).length < gpu.count) {
    throw new HostRequirementError(
      `The container needs ${describeGpu(gpu)}, and this engine has ${suitableGpus(host.gpus, gpu).length}: install a GPU with the NVIDIA Container Toolkit, or leave out --gpus and the phase to try it on the CPU.`,
    );
  }
  if (!host.contracts.includes(contract)) {
    throw new HostRequirementError(
      'A server’s network can’t be entered here: run it as root (sudo), on the host itself and not in a container.',
    );
  }
}

async function tryIn(
  sandbox: Sandbox,
  scoring: ScoringPool,
  options: TryOptions,
  scratch: string,
): Promise<TryReport> {
  const { signal } = options;
  const { limits } = options.rules;
  const name = path.basename(scratch);
  const cases: TriedCase[] = [];
  let image: Awaited<ReturnType<Sandbox['prepareImage']>> | undefined;
  let release: Awaited<ReturnType<Sandbox['holdImage']>> = null;
  try {
    image = await sandbox.prepareImage(createReadStream(options.imageFile), limits, {
      signal,
      beforeLoad: (_, id) => writeFile(path.join(scratch, IMAGE_FILE), id),
    });
    release = await sandbox.holdImage(image.id);
    if (!release) throw new PlatformError('INTERNAL', 'The image was removed as soon as it was loaded.');
    options.onImage(image);
    await using model =
      options.modelFile === null
        ? null
        : await sandbox.unpackModel(createReadStream(options.modelFile), limits, signal);
    await tryCases({ sandbox, scoring, options, name, image, modelFolder: model?.path ?? null }, cases);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    const { code, message } = error;
    return { verdict: 'failed', image: { id: image?.id ?? null, code, message }, cases };
  } finally {
    await release?.();
    // One that was here before is somebody else's.
    if (image?.isNew) await sandbox.removeImage(image.id);
  }
  const passed = cases.every(({ status }) => status === 'scored' || status === 'valid');
  const sorted = cases.sort((a, b) => (a.case < b.case ? -1 : 1));
  return {
    verdict: passed ? 'passed' : 'failed',
    image: { id: image.id, code: null, message: null },
    cases: sorted,
  };
}

interface TryContext {
  sandbox: Sandbox;
  scoring: ScoringPool;
  options: TryOptions;
  name: string;
  image: LoadedImage;
  modelFolder: string | null;
}

/** Adds each case as it ends. */
async function tryCases(context: TryContext, tried: TriedCase[]): Promise<void> {
  const { sandbox, scoring, options } = context;
  const { cases, rules } = options;
  const host = { cpus: availableParallelism(), memoryMib: (totalmem() * 0.8) / 2 ** 20 };
  const caseOf = (index: number) => cases[index] as DatasetCase;
  await sandbox.runCases({
    ...context,
    rules,
    labels: {},
    parallel: containersAtOnce(host, rules),
    cases: cases.map((_, index) => index),
    openCase: (index, signal) => {
      const { scanPath, ...source } = caseOf(index);
      const metadata = rules.givesMetadata ? source.metadata : null;
      return naming(scanPath, signal, async () =>
        caseInput({ rules, scan: await readFile(scanPath), metadata, scoring, signal }),
      );
    },
    onWorking: async (containers) => options.onWorking(containers),
    async onEnded(index, run, signal) {
      const one = await judge(context, caseOf(index), run, signal);
      tried.push(one);
      options.onCase(one, run.log);
    },
    signal: options.signal,
  });
}

const STATUS = { SCORED: 'scored', REJECTED: 'rejected', FAILED: 'failed' } as const;

async function judge(
  { scoring, options: { rules } }: TryContext,
  { name, scanPath, truthPath }: DatasetCase,
  run: CaseRun,
  signal: AbortSignal,
): Promise<TriedCase> {
  const openTruth = async () => (truthPath ? readFile(truthPath) : emptyMaskOn(await readFile(scanPath)));
  const context: ScoringContext = {
    phase: { connectivity: 6, takesProbabilityMaps: rules.takesProbabilityMaps },
    metrics: METRIC_NAMES,
    testSet: { openTruth },
    scoring,
    signal,
  };
  const record = await naming(truthPath ?? scanPath, signal, () => scoreCaseRun(context, 0, run));
  const isValid = record.status === 'SCORED' && truthPath === null;
  return {
    case: name,
    status: isValid ? 'valid' : STATUS[record.status],
    code: record.code,
    message: record.message,
    seconds: run.seconds,
    peakMemoryBytes: run.peakMemoryBytes,
    metrics: isValid ? {} : record.metrics,
  };
}

/** Stands in for a true mask that is not there, so that the team's is still checked against the grid. */
function emptyMaskOn(scan: Uint8Array): Uint8Array {
  const { shape, affine } = readVolume(scan);
  return encodeNifti({ shape, affine, data: new Uint8Array(voxelCount(shape)) });
}

/** A file of the folder that can't be used is the caller's own: it is named. */
async function naming<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
