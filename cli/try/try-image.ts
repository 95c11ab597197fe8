import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { PlatformError, SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { type ContainerRules, describeGpu } from '#lib/domain/phases/settings.ts';
import { suitableGpus } from '#lib/domain/runners/capabilities.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricsOf } from '#lib/domain/tasks/task-metrics.ts';
import { containersAtOnce } from '#runner/concurrency.ts';
import { caseInput } from '#runner/pipeline/case-input.ts';
import { scoreCaseRun } from '#runner/pipeline/score-output.ts';
import type { ScoringContext } from '#runner/pipeline/scoring-context.ts';
import type { HostFacts } from '#runner/sandbox/host/host.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseRun, LoadedImage } from '#runner/types.ts';
import { emptyTruths, openInputs, openTruths } from './case-files.ts';
import { IMAGE_FILE, type Removed, removeKilledRuns } from './killed-runs.ts';
import { readOwner, runNamePrefix } from './run-owner.ts';

export interface TryOptions {
  rules: ContainerRules;
  imageFile: string;
  modelFile: string | null;
  cases: readonly DatasetCase[];
  /** When aborted, everything is removed, then the reason is thrown. */
  signal: AbortSignal;
  /** Called if earlier runs were killed and their remains were removed. */
  onRemoved(removed: Removed): void;
  onImage(image: LoadedImage): void;
  /** Called with the number of running containers. */
  onWorking(containers: number): void;
  /** Called as soon as the case has ended, with the container’s log. */
  onCase(tried: TriedCase, log: string): void;
}

export interface TriedCase {
  case: string;
  /** `valid`: valid outputs of a case without truth. */
  status: 'scored' | 'valid' | 'rejected' | 'failed';
  code: SubmissionErrorCode | null;
  message: string | null;
  seconds: number;
  peakMemoryBytes: number | null;
  /** Empty if there is no score. */
  metrics: Readonly<Record<string, number | null>>;
}

export interface TryReport {
  /** `passed`: every case has valid outputs. */
  verdict: 'passed' | 'failed';
  /** `code`: why the image can’t be used; `id` is null if it wasn’t loaded. */
  image: { id: string | null; code: SubmissionErrorCode | null; message: string | null };
  cases: TriedCase[];
}

/** This machine or its engine doesn’t meet the requirements of the container. */
export class HostRequirementError extends Error {}

/**
 * Does what a runner does with an evaluation, on this machine and on local scans: the same image check, the same
 * containers, the same scorer. Always cleans up. Throws HostRequirementError or PlatformError if the machine can’t
 * run it, CommandError for an unusable scan or mask.
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
      `The container needs ${limits.cpus} processors, but this machine has ${cpus}. Use --cpus ${cpus}, and allow more time.`,
    );
  }
  const memoryMib = Math.floor(host.memoryBytes / 2 ** 20);
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
  if (!host.contracts.includes(contract)) {
    throw new HostRequirementError(
      'The network of a server container can’t be entered. Run the command as root (sudo), directly on the host and not in a container.',
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
  const { limits, contract } = options.rules;
  const name = path.basename(scratch);
  const cases: TriedCase[] = [];
  let image: Awaited<ReturnType<Sandbox['prepareImage']>> | undefined;
  let release: Awaited<ReturnType<Sandbox['holdImage']>> = null;
  try {
    image = await sandbox.prepareImage(createReadStream(options.imageFile), limits, {
      contract,
      signal,
      beforeLoad: (_, id) => writeFile(path.join(scratch, IMAGE_FILE), id),
    });
    release = await sandbox.holdImage(image.id);
    if (!release) throw new PlatformError('INTERNAL', 'The image was removed right after it was loaded.');
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
    // Keep an image that was here before.
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
      const source = caseOf(index);
      return naming(source, signal, async () =>
        caseInput({ task: rules.task, files: await openInputs(source), scoring, signal }),
      );
    },
    onWorking: async (containers) => options.onWorking(containers),
    async onEnded(index, run, signal) {
      const result = await judge(context, caseOf(index), run, signal);
      tried.push(result);
      options.onCase(result, run.log);
    },
    signal: options.signal,
  });
}

/** Keys of the metrics that have a value for each case. */
function caseMetrics(task: Task): string[] {
  return metricsOf(task).flatMap(({ key, over }) => (over === 'case' ? [key] : []));
}

const STATUS = { SCORED: 'scored', REJECTED: 'rejected', FAILED: 'failed' } as const;

async function judge(
  { scoring, options: { rules } }: TryContext,
  source: DatasetCase,
  run: CaseRun,
  signal: AbortSignal,
): Promise<TriedCase> {
  const hasTruth = Object.keys(source.truths).length > 0;
  const context: ScoringContext = {
    phase: { ...rules, connectivity: 6 },
    metrics: caseMetrics(rules.task),
    testSet: { openTruths: () => (hasTruth ? openTruths(source) : emptyTruths(source, rules.task)) },
    scoring,
    signal,
  };
  const record = await naming(source, signal, () => scoreCaseRun(context, 0, run));
  const isValid = record.status === 'SCORED' && !hasTruth;
  return {
    case: source.name,
    status: isValid ? 'valid' : STATUS[record.status],
    code: record.code,
    message: record.message,
    seconds: run.seconds,
    peakMemoryBytes: run.peakMemoryBytes,
    metrics: isValid ? {} : record.metrics,
  };
}

/** Names the caller’s case in the error if it can’t be used. */
async function naming<T>(source: DatasetCase, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`${source.name}: ${(error as Error).message}`, { cause: error });
  }
}
