import type { RankingMethod } from './aggregate-then-rank.ts';
import { drawBelow, seededSource, type Uint32Source } from './random.ts';
import type { ScoreTable } from './table.ts';

/** Share of the replicates below the lower and above the upper end of a 95 % interval. */
const TAIL_SHARE = 0.025;

/** 95 % intervals over the choice of cases, nothing else. Arrays are in the order of the submissions. */
export interface Uncertainty {
  rankIntervals: [number, number][];
  /** Per metric; null where no replicate has a mean. */
  meanIntervals: ([number, number][] | null)[];
}

/**
 * Bootstrap over cases: each replicate draws as many cases as there are, with replacement, the same ones for
 * all submissions, and ranks them again (scoring.md, "Uncertainty"). One generator (`seededSource(seed)`)
 * draws all replicates one after the other, so that the same seed gives the same page.
 *
 * @param replicates ≥ 1; with 1,000 the interval is from the 25th smallest to the 25th largest.
 */
export function bootstrapOverCases(
  table: ScoreTable,
  method: RankingMethod,
  { replicates, seed }: { replicates: number; seed: number },
): Uncertainty {
  const { submissionCount, caseCount, columns } = table;
  const source = seededSource(seed);
  const draws = new Uint32Array(caseCount);
  const ranks = sampleRows(submissionCount, replicates);
  const means = columns.map(() => sampleRows(submissionCount, replicates));
  const meansKept = new Uint32Array(columns.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawCases(source, draws);
    const ranking = method(table, draws);
    for (let s = 0; s < submissionCount; s++) ranks[s]![replicate] = ranking.ranks[s]!;
    ranking.metrics.forEach((metric, m) => {
      if (metric === null) return;
      const kept = meansKept[m]!++;
      for (let s = 0; s < submissionCount; s++) means[m]![s]![kept] = metric.means[s]!;
    });
  }
  return {
    rankIntervals: ranks.map(middle95),
    meanIntervals: means.map((rows, m) => {
      const kept = meansKept[m]!;
      return kept === 0 ? null : rows.map((row) => middle95(row.subarray(0, kept)));
    }),
  };
}

/**
 * The middle 95 % of a sample: its k-th smallest and k-th largest value, k = 2.5 % of the sample rounded
 * down and at least 1 (of 1,000 the 25th). Sorts `sample` in place.
 */
export function middle95(sample: Float64Array): [number, number] {
  sample.sort();
  const fromEnd = Math.max(1, Math.floor(sample.length * TAIL_SHARE));
  return [sample[fromEnd - 1]!, sample[sample.length - fromEnd]!];
}

/** Draw as many cases as there are, with replacement; `draws` says how often each came. */
function drawCases(source: Uint32Source, draws: Uint32Array): void {
  draws.fill(0);
  for (let drawn = 0; drawn < draws.length; drawn++) draws[drawBelow(source, draws.length)]! += 1;
}

function sampleRows(rows: number, length: number): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(length));
}
