import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import type { CaseMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';

/**
 * The definitions of scoring.md ("Ranking"), literally and on lists: every replicate lists its cases, ranks count who is
 * strictly better, p-values integrate the normal density. Shares only the random generator with the code under test.
 */
export const METHODS = {
  'aggregate-then-rank:mean': { method: 'AGGREGATE_THEN_RANK', summary: 'MEAN' },
  'aggregate-then-rank:median': { method: 'AGGREGATE_THEN_RANK', summary: 'MEDIAN' },
  'rank-then-aggregate': { method: 'RANK_THEN_AGGREGATE', summary: 'MEAN' },
  'test-based': { method: 'TEST_BASED', summary: 'MEAN' },
} as const;

export interface ReferenceInput {
  submissions: RankedSubmission[];
  metrics: CaseMetric[];
  method: keyof typeof METHODS;
  replicates: number;
  seed: number;
}

interface Pair {
  a: number;
  b: number;
  p: number;
  adjusted: number;
  /** Index of the better one, whether that is significant or not; null for neither. */
  better: number | null;
}

export function referenceAnalysis(given: ReferenceInput) {
  const { submissions, metrics, method } = given;
  const all = submissions[0]!.cases.map((_, c) => c);
  const families = metrics.map((metric) => {
    const cases = all.filter((c) => counts(metric, c));
    const costs = submissions.map((one) =>
      cases.map((c) => (valueOn(one, c, metric) ?? metric.worst) * (metric.better === 'lower' ? 1 : -1)),
    );
    return cases.length === 0 ? null : testFamily(costs);
  });
  const full = rankSample(given, all, families);
  const comparison = compare(given, all);
  const overall = comparison.cases.length === 0 ? null : testFamily(comparison.costs);
  const wins = submissions.map(
    (_, s) => (overall ?? []).filter((pair) => significantWinner(pair) === s).length,
  );
  const order = submissions
    .map((_, s) => s)
    .sort((x, y) => full.ranks[x]! - full.ranks[y]! || wins[y]! - wins[x]! || x - y);
  const replicates = method === 'test-based' ? null : drawReplicates(given, families);
  const ranked = metrics.flatMap(({ weight }, m) => (weight > 0 && families[m] ? [families[m]] : []));
  const separated = replicates
    ? separate(
        comparison,
        replicates.map(({ cases }) => cases),
      )
    : (ranked.length === 1 ? ranked[0]! : (overall ?? [])).flatMap((pair) => {
        const winner = significantWinner(pair);
        return winner === null ? [] : [[winner, winner === pair.a ? pair.b : pair.a] as const];
      });
  return {
    ...full,
    families,
    overall,
    wins,
    order,
    replicates,
    tiers: tiersOf(order, overall ?? []),
    rankRanges: full.ranks.map((rank, s) => [
      Math.min(rank, 1 + separated.filter(([, loser]) => loser === s).length),
      Math.max(rank, submissions.length - separated.filter(([winner]) => winner === s).length),
    ]),
    tau: replicates && meanOf(replicates.flatMap(({ ranks }) => tauB(full.ranks, ranks) ?? [])),
  };
}

type Family = Pair[];

function drawReplicates(given: ReferenceInput, families: (Family | null)[]) {
  const source = seededSource(given.seed);
  const caseCount = given.submissions[0]!.cases.length;
  return Array.from({ length: given.replicates }, () => {
    const cases = Array.from({ length: caseCount }, () => randomBelow(source, caseCount));
    return { cases, ...rankSample(given, cases, families) };
  });
}

function rankSample(
  { submissions, metrics, method }: ReferenceInput,
  sample: number[],
  families: (Family | null)[],
) {
  const metricScores = metrics.map((metric, m) => {
    const cases = sample.filter((c) => counts(metric, c));
    if (cases.length === 0) return null;
    if (method === 'test-based') {
      const winners = families[m]!.map(significantWinner);
      return submissions.map(
        (_, s) => winners.filter((winner) => winner === s).length / Math.max(1, submissions.length - 1),
      );
    }
    return submissions.map((submission, s) => {
      const average = method === 'aggregate-then-rank:median' ? medianOf : meanOf;
      return average(
        cases.map((c) =>
          method === 'rank-then-aggregate'
            ? ranksOnCase(submissions, c, metric)[s]!
            : (valueOn(submission, c, metric) ?? metric.worst),
        ),
      )!;
    });
  });
  const ranksByMetric = metricScores.map((scores, m) => {
    if (scores === null) return null;
    if (method === 'test-based') return ranksOf(scores.map((share) => -share));
    const sign = method !== 'rank-then-aggregate' && metrics[m]!.better === 'higher' ? -1 : 1;
    return ranksOf(scores.map((score) => rounded(sign * score)));
  });
  const used = metrics.flatMap(({ weight }, m) => {
    const values = method === 'rank-then-aggregate' ? metricScores[m] : ranksByMetric[m];
    return weight > 0 && values ? [{ weight, values }] : [];
  });
  const weightSum = used.reduce((sum, { weight }) => sum + weight, 0);
  const scores = submissions.map((_, s) =>
    weightSum === 0
      ? 1
      : rounded(used.reduce((sum, { weight, values }) => sum + weight * values[s]!, 0) / weightSum),
  );
  return { scores, ranks: ranksOf(scores), metricScores, ranksByMetric };
}

/** What ranges and tiers compare on each case that has it; lower is better. `costs` is by submission, then by case. */
function compare({ submissions, metrics, method }: ReferenceInput, all: number[]) {
  const ranked = metrics.filter(({ weight }) => weight > 0);
  const cases = all.filter((c) => ranked.some((metric) => counts(metric, c)));
  const [only] = ranked;
  if (ranked.length === 1 && method === 'aggregate-then-rank:mean') {
    const sign = only!.better === 'lower' ? 1 : -1;
    return {
      cases,
      costs: submissions.map((one) => cases.map((c) => sign * (valueOn(one, c, only!) ?? only!.worst))),
    };
  }
  const costs = submissions.map((_, s) =>
    cases.map((c) => {
      const own = ranked.filter((metric) => counts(metric, c));
      const sum = own.reduce(
        (total, metric) => total + metric.weight * ranksOnCase(submissions, c, metric)[s]!,
        0,
      );
      return rounded(sum / own.reduce((total, { weight }) => total + weight, 0));
    }),
  );
  return { cases, costs };
}

/** Ordered pairs [better, worse] by the step-down of Mogstad, Romano, Shaikh and Wilhelm. */
function separate(
  { cases, costs }: ReturnType<typeof compare>,
  draws: number[][],
): (readonly [number, number])[] {
  const n = cases.length;
  if (n < 2) return [];
  const pairs = costs.flatMap((_, a) => costs.flatMap((__, b) => (a === b ? [] : [[a, b] as const])));
  const leads = new Map(
    pairs.map((pair) => [pair, cases.map((_, at) => costs[pair[1]]![at]! - costs[pair[0]]![at]!)]),
  );
  const errors = new Map(
    pairs.map((pair) => {
      const own = leads.get(pair)!;
      const squares = own.reduce((sum, lead) => sum + (lead - meanOf(own)!) ** 2, 0);
      return [pair, rounded(Math.sqrt(squares / (n - 1))) / Math.sqrt(n)];
    }),
  );
  const statistic = (pair: readonly [number, number]) => {
    const lead = rounded(meanOf(leads.get(pair)!)!);
    return lead === 0 ? 0 : lead / errors.get(pair)!;
  };
  const drawn = draws.map((draw) => draw.flatMap((c) => (cases.includes(c) ? [cases.indexOf(c)] : [])));
  const deviation = (pair: readonly [number, number], draw: number[]) => {
    const lead = leads.get(pair)!;
    if (draw.length === 0 || errors.get(pair) === 0) return 0;
    return (meanOf(draw.map((at) => lead[at]!))! - meanOf(lead)!) / errors.get(pair)!;
  };
  let left = pairs;
  for (;;) {
    const maxima = drawn.map((draw) => Math.max(0, ...left.map((pair) => deviation(pair, draw))));
    maxima.sort((x, y) => x - y);
    const critical = studentT(
      maxima[Math.ceil(0.95 * maxima.length - 1e-9) - 1]! * Math.sqrt(n / (n - 1)),
      n - 1,
    );
    const kept = left.filter((pair) => !(statistic(pair) > critical));
    if (kept.length === left.length) break;
    left = kept;
  }
  return pairs.filter((pair) => !left.includes(pair));
}

/** Abramowitz and Stegun 26.7.5 to the third term: the quantile of Student’s t where the normal one is z. */
function studentT(z: number, v: number): number {
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + g1 / v + g2 / v ** 2 + g3 / v ** 3;
}

/** Two-sided Wilcoxon signed-rank tests of all pairs of rows (lower is better), adjusted by Holm. */
function testFamily(costs: number[][]): Family {
  const pairs: Pair[] = [];
  for (let a = 0; a < costs.length; a++) {
    for (let b = a + 1; b < costs.length; b++) {
      const differences = costs[a]!.map((cost, c) => rounded(cost - costs[b]![c]!)).filter(
        (one) => one !== 0,
      );
      const sizes = differences.map(Math.abs);
      const n = sizes.length;
      const rank = (size: number) =>
        sizes.filter((one) => one < size).length + (sizes.filter((one) => one === size).length + 1) / 2;
      const positive = differences.reduce((sum, one) => sum + (one > 0 ? rank(one) : 0), 0);
      const ties = [...new Set(sizes)].map((size) => sizes.filter((one) => one === size).length);
      const mean = (n * (n + 1)) / 4;
      const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties.reduce((sum, t) => sum + t ** 3 - t, 0) / 48;
      const z = n === 0 ? 0 : Math.max(0, Math.abs(positive - mean) - 0.5) / Math.sqrt(variance);
      const better = positive < mean ? a : b;
      pairs.push({
        a,
        b,
        p: normalTails(z),
        adjusted: Number.NaN,
        better: positive === mean ? null : better,
      });
    }
  }
  const ascending = [...pairs].sort((x, y) => x.p - y.p);
  ascending.forEach((pair, at) => {
    const before = ascending[at - 1]?.adjusted ?? 0;
    pair.adjusted = Math.max(before, Math.min(1, pair.p * (ascending.length - at)));
  });
  return pairs;
}

function significantWinner({ adjusted, better }: Pair): number | null {
  return adjusted <= 0.05 ? better : null;
}

/** 1 − ∫ φ over [−z, z], by Simpson’s rule. */
function normalTails(z: number): number {
  const steps = 2000;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const [from, to] = [(z * step) / steps, (z * (step + 1)) / steps];
    sum += ((to - from) / 6) * (density(from) + 4 * density((from + to) / 2) + density(to));
  }
  return 1 - 2 * sum;
}

function tiersOf(order: number[], tests: Family): number[] {
  const tiers: number[] = [];
  let head = order[0]!;
  let tier = 1;
  for (const s of order) {
    const beaten = tests.some((pair) => {
      return (
        [pair.a, pair.b].includes(head) &&
        [pair.a, pair.b].includes(s) &&
        s !== head &&
        significantWinner(pair) === head
      );
    });
    if (beaten) {
      head = s;
      tier += 1;
    }
    tiers[s] = tier;
  }
  return tiers;
}

/** Kendall’s τ-b over all pairs; null if one of the two is a single tie. */
export function tauB(x: number[], y: number[]): number | null {
  let [agreeing, untiedX, untiedY] = [0, 0, 0];
  x.forEach((_, a) => {
    for (let b = a + 1; b < x.length; b++) {
      const [dx, dy] = [Math.sign(x[a]! - x[b]!), Math.sign(y[a]! - y[b]!)];
      agreeing += dx * dy;
      untiedX += dx * dx;
      untiedY += dy * dy;
    }
  });
  return untiedX === 0 || untiedY === 0 ? null : agreeing / Math.sqrt(untiedX * untiedY);
}

function counts({ undefinedCases }: CaseMetric, c: number): boolean {
  return undefinedCases?.has(c) !== true;
}

function valueOn({ cases }: RankedSubmission, c: number, { metric }: CaseMetric): number | null {
  const result = cases[c]!;
  return result === 'failed' ? null : result[metric]!;
}

/** Behind every value where a submission failed. */
function ranksOnCase(submissions: RankedSubmission[], c: number, metric: CaseMetric): number[] {
  const sign = metric.better === 'lower' ? 1 : -1;
  return ranksOf(
    submissions.map((one) => {
      const value = valueOn(one, c, metric);
      return value === null ? Number.POSITIVE_INFINITY : rounded(sign * value);
    }),
  );
}

/** 1 plus the number of lower ones. */
function ranksOf(costs: number[]): number[] {
  return costs.map((own) => 1 + costs.filter((other) => other < own).length);
}

function rounded(value: number): number {
  return Number(value.toFixed(10)) + 0;
}

function meanOf(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
