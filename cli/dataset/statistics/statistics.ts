import { readFile } from 'node:fs/promises';
import { type Dataset, type DatasetCase, truthPaths } from '#cli/dataset/case.ts';
import {
  MANY_LESIONS,
  type VariantStatistics,
  VOLUME_EDGES_ML,
  volumeBin,
} from '#lib/domain/datasets/statistics.ts';
import { quantile } from '#lib/domain/metrics/aggregate.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import { type CaseMask, maskOf } from '#runner/scoring/case-mask.ts';
import { maskFacts } from '#runner/scoring/truth-facts.ts';
import { Overlap } from './overlap.ts';

export interface StatisticsOptions {
  /** Whether the true masks are released, too. */
  hasTruth: boolean;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

const MAX_SIZES = 200;
const MAX_NAMES = { sites: 500, chronicity: 50 };

/**
 * Statistics of the cases of a checked dataset, one case in memory at a time. Lesions are those of masks; where the truth
 * is none, or withheld, there are no statistics of it.
 *
 * @throws Error if an image can’t be read, which the check would have said.
 */
export async function statisticsOf(dataset: Dataset, options: StatisticsOptions): Promise<VariantStatistics> {
  const sizes = new Map<string, { mm: [number, number, number]; cases: number }>();
  const masks = new MaskStatistics();
  const { cases } = dataset;
  for (const [index, one] of cases.entries()) {
    options.signal.throwIfAborted();
    const size = await voxelSize(one);
    const key = size.join(' ');
    const known = sizes.get(key);
    if (known) known.cases += 1;
    else sizes.set(key, { mm: size, cases: 1 });
    if (options.hasTruth) await masks.add(one);
    options.onProgress(index + 1, cases.length);
  }
  const { lesions, overlap } = masks.result();
  return {
    cases: cases.length,
    voxelSizes: [...sizes.values()].sort((a, b) => b.cases - a.cases).slice(0, MAX_SIZES),
    sites: countNames(cases.map(({ metadata }) => metadata.CENTER)).slice(0, MAX_NAMES.sites),
    chronicity: countNames(cases.map(({ metadata }) => metadata.CHRONICITY)).slice(0, MAX_NAMES.chronicity),
    lesions,
    overlap,
  };
}

/** Of the first image of a case, in mm and to a hundredth, so that rounding of headers makes no difference. */
async function voxelSize({ inputs }: DatasetCase): Promise<[number, number, number]> {
  const [first] = Object.values(inputs);
  const { spacing } = readVolume(await readFile(first!.path));
  return spacing.map((mm) => Math.max(0.01, Math.round(mm * 100) / 100)) as [number, number, number];
}

class MaskStatistics {
  readonly #overlap = new Overlap();
  readonly #volumes = new Array<number>(VOLUME_EDGES_ML.length + 1).fill(0);
  readonly #counts = new Array<number>(MANY_LESIONS + 1).fill(0);
  readonly #ml: number[] = [];
  #cases = 0;

  async add({ truths }: DatasetCase): Promise<void> {
    const paths = Object.values(truths).flatMap(truthPaths);
    if (paths.length === 0) return;
    const mask = union(
      await Promise.all(paths.map(async (path) => maskOf(readVolume(await readFile(path))))),
    );
    const { voxels, volumeMl, lesions } = maskFacts(mask);
    this.#cases += 1;
    this.#counts[Math.min(lesions[26], MANY_LESIONS)]! += 1;
    this.#overlap.add(mask);
    if (voxels === 0) return;
    this.#ml.push(volumeMl);
    this.#volumes[volumeBin(volumeMl)]! += 1;
  }

  result(): Pick<VariantStatistics, 'lesions' | 'overlap'> {
    if (this.#cases === 0) return { lesions: null, overlap: null };
    const sorted = this.#ml.sort((a, b) => a - b);
    const quartilesMl: [number, number, number] | null =
      sorted.length === 0 ? null : [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
    const lesions = {
      cases: this.#cases,
      without: this.#cases - sorted.length,
      volumes: this.#volumes,
      quartilesMl,
      counts: this.#counts,
    };
    return { lesions, overlap: this.#overlap.planes() };
  }
}

/** Several masks of one image are one truth. The check has compared their grids. */
function union(masks: readonly CaseMask[]): CaseMask {
  const [first, ...others] = masks as [CaseMask, ...CaseMask[]];
  if (others.length === 0) return first;
  const width = first.volume.shape[0];
  const data = new Uint8Array(first.volume.data.length);
  for (const { runLengths } of masks) {
    const { row, start, end } = runLengths;
    for (let run = 0; run < row.length; run++)
      data.fill(1, row[run]! * width + start[run]!, row[run]! * width + end[run]!);
  }
  return maskOf(volumeOn(first.volume, { format: first.volume.format, dtype: 'uint8', data }));
}

/** The most frequent first. What isn’t known is left out. */
function countNames(names: readonly (string | null)[]): { name: string; cases: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, cases]) => ({ name, cases })).sort((a, b) => b.cases - a.cases);
}
