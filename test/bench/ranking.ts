import { analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import type { RankingMemory } from '#lib/domain/ranking/memory.ts';
import { seededSource } from '#lib/domain/ranking/random.ts';
import type { RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';
import { median } from './median.ts';

/**
 * Measures whole analyses of rankings (1,000 bootstrap replicates, ranges, tiers, all pairs of all metrics) with their limits
 * of time and memory. Only this thread's CPU time counts.
 *
 *   npm run bench:ranking [-- ROUNDS]
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

/** A new score is to be on the leaderboard within 2 s, with everything around the ranking. */
const NEW_SCORE = { submissions: 500, cases: 150, limitMs: 1500 };

const METRICS = 5;

function metrics(): RankedMetric[] {
  return Array.from({ length: METRICS }, (_, index) => {
    const better = index % 2 === 0 ? 'higher' : 'lower';
    return { metric: `m${index}`, better, weight: 1, worst: better === 'higher' ? 0 : 1 };
  });
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

/** The ranking after a team has got a better score, where the one before is remembered, beside one without. */
function measureNewScore(rounds: number): boolean {
  const { submissions: count, cases, limitMs } = NEW_SCORE;
  const given = { metrics: metrics(), method: 'AGGREGATE_THEN_RANK', summary: 'MEAN', seed: 1 } as const;
  const submissions = gradedSubmissions(count, cases);
  const best = submissions.at(-1)!;
  const { memory } = analyzeRanking({ ...given, submissions });
  const after = submissions.with(0, { ...best, id: submissions[0]!.id });
  const measure = (remembered: RankingMemory | null) =>
    median(
      Array.from({ length: rounds }, () =>
        cpuMs(() => void analyzeRanking({ ...given, submissions: after, memory: remembered })),
      ),
    );
  const [whole, next] = [measure(null), measure(memory)];
  const isOver = next > limitMs;
  process.stdout.write(`A new score among ${count} submissions, ${cases} cases, ${METRICS} metrics\n`);
  const line = `${next.toFixed(0)} ms, without the last ranking ${whole.toFixed(0)} ms  limit ${limitMs}`;
  process.stdout.write(`  ${line}${isOver ? '  TOO MUCH' : ''}\n`);
  return isOver;
}

const rounds = Number(process.argv[2] ?? 3);
const failed = [measureNewScore(rounds), measureAnalyses(rounds)];
if (failed.includes(true)) process.exitCode = 1;
