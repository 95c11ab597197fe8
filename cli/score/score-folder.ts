import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { type Aggregate, aggregateCases, type CaseValue } from '#lib/domain/metrics/aggregate.ts';
import {
  isUndefined,
  METRIC_NAMES,
  type MetricName,
  type TruthExtent,
  worstValues,
} from '#lib/domain/metrics/metrics.ts';
import { VOLUME_NAME } from '#lib/domain/tasks/volume-names.ts';
import type { Connectivity } from '#runner/scoring/geometry/components.ts';
import type { CaseMetrics } from '#runner/scoring/score-case.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';

export interface ScoredCase {
  /** File name of the true mask without its extension. */
  case: string;
  status: 'scored' | 'rejected' | 'failed';
  code: SubmissionErrorCode | null;
  message: string | null;
  /** Empty if there is no score. */
  metrics: CaseMetrics | Record<string, never>;
}

export interface FolderScore {
  cases: ScoredCase[];
  aggregates: Record<MetricName, Aggregate>;
}

/** Masks in a folder by their name without extension. */
export type MaskFiles = ReadonlyMap<string, string>;

/** The masks directly in `folder`. Throws CommandError if two have the same name. */
export async function listMasks(folder: string): Promise<MaskFiles> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${folder} can't be read (${error.code ?? error.message}).`);
  });
  const files = new Map<string, string>();
  for (const name of names.sort()) {
    // macOS leaves ._ files next to the real ones on other file systems.
    if (name.startsWith('.') || !VOLUME_NAME.test(name)) continue;
    const stem = name.replace(VOLUME_NAME, '');
    const twin = files.get(stem);
    if (twin !== undefined)
      throw new CommandError(`${folder} contains both ${path.basename(twin)} and ${name}. Keep only one.`);
    files.set(stem, path.join(folder, name));
  }
  return files;
}

export interface FolderJob {
  truth: MaskFiles;
  prediction: MaskFiles;
  /** null if no probability maps are scored. */
  maps: MaskFiles | null;
  connectivity: Connectivity;
  acceptsMissingGeometry: boolean;
  pool: ScoringPool;
  /** Number of cases in memory at a time. */
  parallel: number;
  onCase: (done: number, total: number) => void;
}

/**
 * Scores every true mask of a folder. A case without a prediction counts as failed. Throws CommandError if a true
 * mask can’t be used.
 */
export async function scoreFolder(job: FolderJob): Promise<FolderScore> {
  const names = [...job.truth.keys()];
  const results = new Array<{ scored: ScoredCase; truth: TruthExtent }>(names.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let i = next++; i < names.length; i = next++) {
      results[i] = await scoreOne(job, names[i]!);
      job.onCase(++done, names.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(job.parallel, names.length) }, work));
  return { cases: results.map(({ scored }) => scored), aggregates: aggregate(results, job.maps !== null) };
}

async function scoreOne(job: FolderJob, name: string): Promise<{ scored: ScoredCase; truth: TruthExtent }> {
  const truthPath = job.truth.get(name)!;
  try {
    const truth = await readFile(truthPath);
    const predictionPath = job.prediction.get(name);
    if (predictionPath === undefined) return await missing(job, name, truth);
    const mapPath = job.maps?.get(name);
    const map = mapPath === undefined ? null : await readFile(mapPath);
    const outcome = await job.pool.score({
      truth,
      prediction: await readFile(predictionPath),
      connectivity: job.connectivity,
      acceptsMissingGeometry: job.acceptsMissingGeometry,
      ...(job.maps === null ? {} : { probabilityMap: map }),
    });
    const scored: ScoredCase =
      outcome.status === 'scored'
        ? { case: name, status: 'scored', code: null, message: null, metrics: outcome.metrics }
        : { case: name, status: 'rejected', code: outcome.code, message: outcome.message, metrics: {} };
    return { scored, truth: outcome.truth };
  } catch (error) {
    throw new CommandError(`${truthPath}: ${(error as Error).message}`, { cause: error });
  }
}

async function missing(job: FolderJob, name: string, truth: Uint8Array) {
  const facts = await job.pool.truthFacts(truth);
  const message = 'There is no prediction with this name.';
  const scored: ScoredCase = { case: name, status: 'failed', code: 'NO_OUTPUT', message, metrics: {} };
  return { scored, truth: { ...facts, lesions: facts.lesions[job.connectivity] } };
}

function aggregate(
  results: readonly { scored: ScoredCase; truth: TruthExtent }[],
  takesProbabilityMaps: boolean,
): FolderScore['aggregates'] {
  const worst = worstValues(results.map(({ truth }) => truth));
  const caseValue = (name: MetricName, scored: ScoredCase, truth: TruthExtent): CaseValue => {
    if (isUndefined(name, { truth, takesProbabilityMaps })) return 'undefined';
    return scored.status === 'scored' ? (scored.metrics[name] ?? null) : 'failed';
  };
  return Object.fromEntries(
    METRIC_NAMES.map((name) => {
      const values = results.map(({ scored, truth }) => caseValue(name, scored, truth));
      return [name, aggregateCases(values, worst[name])];
    }),
  ) as FolderScore['aggregates'];
}
