import { rankLeaderboard } from '#lib/domain/ranking/leaderboard.ts';
import { seededSource } from '#lib/domain/ranking/random.ts';
import type { RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';
import { median } from './median.ts';

/**
 * Compares the CPU time of the ranking methods for a whole leaderboard with 1,000 bootstrap replicates.
 *
 *   npm run bench:ranking [-- ROUNDS]
 *
 * The methods alternate in one process, and only this thread's CPU time counts, so that other load on the machine affects
 * none of them more than the others. The limits are relative to aggregate-then-rank.
 */

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

const rounds = Number(process.argv[2] ?? 7);
let slow = false;
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
