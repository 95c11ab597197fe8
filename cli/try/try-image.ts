import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules, PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricsOf } from '#lib/domain/tasks/task-metrics.ts';
import { containersAtOnce } from '#runner/concurrency.ts';
import { caseInput } from '#runner/pipeline/case-input.ts';
import { scoreCaseRun } from '#runner/pipeline/score-output.ts';
import { scorerCaseName } from '#runner/pipeline/scorer-case.ts';
import type { ScoringContext } from '#runner/pipeline/scoring-context.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { CaseRun, LoadedImage } from '#runner/types.ts';
import { emptyTruths, openInputs, openTruths, scorerCaseOf } from './case-files.ts';
import { keepOutputs } from './kept-outputs.ts';
import { type Removed, removeKilledRuns } from './killed-runs.ts';
import { loadImage } from './load-image.ts';
import { requireHost } from './require-host.ts';
import { readOwner, runNamePrefix } from './run-owner.ts';
import type { ScoredCases, TriedCase, TryReport } from './try-report.ts';
import { type EndedCase, type OpenedScorer, openScorer, type ScorerFiles } from './try-scorer.ts';

export interface TryOptions {
  rules: ContainerRules;
  /** Which voxels form one lesion. */
  connectivity: PhaseRules['connectivity'];
  imageFile: string;
  modelFile: string | null;
  /** The organizer’s scorer, if the task is scored by one and it is to be played. */
  scorer: ScorerFiles | null;
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
  /** Called before the scorer runs, with the number of cases that it gets. */
  onScoring(cases: number): void;
  /** Called when the scorer has ended, with its log. */
  onScored(scored: ScoredCases, log: string): void;
}

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

async function tryIn(
  sandbox: Sandbox,
  scoring: ScoringPool,
  options: TryOptions,
  scratch: string,
): Promise<TryReport> {
  const { rules, signal } = options;
  const { limits, contract } = rules;
  const name = path.basename(scratch);
  const ended: EndedCase[] = [];
  let id: string | null = null;
  await using scorer =
    options.scorer &&
    (await openScorer(sandbox, { scratch, name }, { scorer: options.scorer, rules, signal }));
  try {
    const toLoad = { file: options.imageFile, limits, contract, signal };
    await using held = await loadImage(sandbox, scratch, toLoad);
    const { image } = held;
    id = image.id;
    options.onImage(image);
    await using model =
      options.modelFile === null
        ? null
        : await sandbox.unpackModel(createReadStream(options.modelFile), limits, signal);
    const modelFolder = model?.path ?? null;
    await tryCases({ sandbox, scoring, options, scratch, name, image, modelFolder }, ended);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    const { code, message } = error;
    return {
      verdict: 'failed',
      image: { id, code, message },
      cases: ended.map(({ tried }) => tried),
      scorer: null,
    };
  }
  signal.throwIfAborted();
  ended.sort((a, b) => (a.tried.case < b.tried.case ? -1 : 1));
  const scored = scorer && (await scoreAll(scorer, options, ended));
  const cases = scored?.cases ?? ended.map(({ tried }) => tried);
  const areValid = cases.every(({ status }) => status === 'scored' || status === 'valid');
  return {
    verdict: areValid && !scored?.scorer.problem ? 'passed' : 'failed',
    image: { id, code: null, message: null },
    cases,
    scorer: scored?.scorer ?? null,
  };
}

async function scoreAll(
  scorer: OpenedScorer,
  { onScoring, onScored }: TryOptions,
  ended: readonly EndedCase[],
): Promise<ScoredCases> {
  onScoring(ended.filter(({ forScorer }) => forScorer !== null).length);
  const { log, ...scored } = await scorer.score(ended);
  onScored(scored, log);
  return scored;
}

interface TryContext {
  sandbox: Sandbox;
  scoring: ScoringPool;
  options: TryOptions;
  scratch: string;
  name: string;
  image: LoadedImage;
  modelFolder: string | null;
}

/** Adds each case as it ends. */
async function tryCases(context: TryContext, ended: EndedCase[]): Promise<void> {
  const { sandbox, scoring, options, scratch } = context;
  const { cases, rules, scorer } = options;
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
      const source = caseOf(index);
      const tried = await judge(context, source, run, signal);
      const name = scorerCaseName(index);
      const forScorer =
        scorer !== null && run.kind === 'output'
          ? scorerCaseOf(source, {
              task: rules.task,
              name,
              outputs: await keepOutputs(scratch, name, run.outputs),
            })
          : null;
      ended.push({ tried, name, forScorer });
      options.onCase(tried, run.log);
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
  { scoring, options: { rules, connectivity } }: TryContext,
  source: DatasetCase,
  run: CaseRun,
  signal: AbortSignal,
): Promise<TriedCase> {
  const hasTruth = Object.keys(source.truths).length > 0;
  const context: ScoringContext = {
    phase: { ...rules, connectivity, recordsVolumes: false },
    metrics: caseMetrics(rules.task),
    testSet: { openTruths: () => (hasTruth ? openTruths(source) : emptyTruths(source, rules.task)) },
    scoring,
    signal,
  };
  const record = await naming(source, signal, () => scoreCaseRun(context, 0, run));
  // An organizer's scorer judges all cases at the end.
  const isValid = record.status === 'SCORED' && (!hasTruth || rules.task.scoring.kind === 'container');
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
