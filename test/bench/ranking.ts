import { analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { rankLeaderboard } from '#lib/domain/ranking/leaderboard.ts';
import { seededSource } from '#lib/domain/ranking/random.ts';
import type { RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';
import { median } from './median.ts';

/**
 * Measures rankings with 1,000 bootstrap replicates: first whole analyses (ranges, tiers, all pairs of all metrics) with
 * their limits in seconds of CPU time and memory, then the time of the ranking methods against each other.
 *
 *   npm run bench:ranking [-- ROUNDS]
 *
 * The methods alternate in one process, and only this thread's CPU time counts, so that other load on the machine affects
 * none of them more than the others. The limits are relative to aggregate-then-rank.
 */

const ANALYSES = [
  { submissions: 100, limitMs: 1000 },
  { submissions: 500, limitMs: 10_000 },
] as const;
const ANALYZED_CASES = 300;
const MAX_RSS_MIB = 1024;
const ANALYZED_METHODS = [
  { name: 'aggregate-then-rank', method: 'AGGREGATE_THEN_RANK', summary: 'MEAN' },
  { name: 'aggregate-then-rank, medians', method: 'AGGREGATE_THEN_RANK', summary: 'MEDIAN' },
  { name: 'rank-then-aggregate', method: 'RANK_THEN_AGGREGATE', summary: 'MEAN' },
  { name: 'test-based', method: 'TEST_BASED', summary: 'MEAN' },
] as const;

const SIZES = [
  { submissions: 50, cases: 300 },
  { submissions: 500, cases: 150 },
] as const;
const METRICS = 5;

const VARIANTS = [
  { name: 'aggregate-then-rank', ranking: 'AGGREGATE_THEN_RANK', limit: 1 },
  { name: 'rank-then-aggregate', ranking: 'RANK_THEN_AGGREGATE', limit: 1.5 },
  { name: 'aggregate-then-rank, medians', ranking: 'AGGREGATE_THEN_RANK', summary: 'MEDIAN', limit: 1.5 },
  { name: 'rank-then-aggregate, medians', ranking: 'RANK_THEN_AGGREGATE', summary: 'MEDIAN', limit: 1.5 },
] as const;

function metrics(): RankedMetric[] {
  return Array.from({ length: METRICS }, (_, index) => {
    const better = index % 2 === 0 ? 'higher' : 'lower';
    return { metric: `m${index}`, better, weight: 1, worst: better === 'higher' ? 0 : 1 };
  });
}

/** Values with few ties, and a failed case in fifty. */
function submissions(count: number, caseCount: number): RankedSubmission[] {
  const random = seededSource(1);
  const value = () => random() / 2 ** 32;
  return Array.from({ length: count }, (_, s) => ({
    id: `${s}`,
    cases: Array.from({ length: caseCount }, () =>
      value() < 0.02
        ? 'failed'
        : Object.fromEntries(Array.from({ length: METRICS }, (_unused, m) => [`m${m}`, value()])),
    ),
  }));
}

function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Values of submissions that become better one after the other, on cases that are easy or hard for all: some ranges are
 * narrow, and the step-down has steps.
 */
function gradedSubmissions(count: number, caseCount: number): RankedSubmission[] {
  const random = seededSource(1);
  const value = () => random() / 2 ** 32;
  const ease = Array.from({ length: caseCount }, value);
  return Array.from({ length: count }, (_, s) => ({
    id: `${s}`,
    cases: ease.map((ofCase) => {
      if (value() < 0.02) return 'failed';
      const quality = () => 0.5 * ofCase + 0.35 * value() + (0.15 * s) / count;
      return Object.fromEntries(
        metrics().map(({ metric, better }) => [metric, better === 'higher' ? quality() : 1 - quality()]),
      );
    }),
  }));
}

/** Prints a line for each method and size; returns whether one is too slow or takes too much memory. */
function measureAnalyses(rounds: number): boolean {
  let failed = false;
  for (const { submissions: count, limitMs } of ANALYSES) {
    process.stdout.write(
      `${count} submissions, ${ANALYZED_CASES} cases, ${METRICS} metrics: ranges, tiers and pairs\n`,
    );
    const given = { submissions: gradedSubmissions(count, ANALYZED_CASES), metrics: metrics(), seed: 1 };
    for (const { name, ...rules } of ANALYZED_METHODS) {
      const times = Array.from({ length: rounds }, () =>
        cpuMs(() => void analyzeRanking({ ...given, ...rules })),
      );
      const ms = median(times);
      const mib = process.resourceUsage().maxRSS / 1024;
      const isOver = ms > limitMs || mib > MAX_RSS_MIB;
      failed ||= isOver;
      const line = `${name.padEnd(36)} ${ms.toFixed(0).padStart(6)} ms  limit ${limitMs}, peak ${mib.toFixed(0)} MiB so far`;
      process.stdout.write(`  ${line}${isOver ? '  TOO MUCH' : ''}\n`);
    }
  }
  return failed;
}

const rounds = Number(process.argv[2] ?? 7);
let slow = measureAnalyses(Math.min(rounds, 3));
for (const size of SIZES) {
  const given = { submissions: submissions(size.submissions, size.cases), metrics: metrics(), seed: 1 };
  const times = VARIANTS.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    VARIANTS.forEach(({ name: _, limit: __, ...variant }, index) => {
      const ms = cpuMs(() => void rankLeaderboard({ ...given, ...variant }));
      // The first round warms up.
      if (round > 0) times[index]!.push(ms);
    });
  }
  process.stdout.write(`${size.submissions} submissions, ${size.cases} cases, ${METRICS} metrics\n`);
  const base = median(times[0]!);
  VARIANTS.forEach(({ name, limit }, index) => {
    const ms = median(times[index]!);
    const ratio = ms / base;
    const isSlow = ratio > limit;
    slow ||= isSlow;
    const line = `${name.padEnd(36)} ${ms.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)}, limit ${limit}`;
    process.stdout.write(`  ${line}${isSlow ? '  TOO SLOW' : ''}\n`);
  });
}
if (slow) process.exitCode = 1;
