import { fuzzReaders } from './fuzz-readers.ts';

/**
 * npm run fuzz [-- MUTANTS [SEED [FIRST]]]
 *
 * Tests 200,000 damaged files by default. Exits with 1 if one of them crashes the scorer or takes longer than
 * two seconds, or if the process uses more than 256 MiB.
 */

const MAX_RSS_BYTES = 256 * 1024 * 1024;
const MAX_MS = 2000;

const [mutants = 200_000, seed = Date.now() % 1_000_000_000, first = 0] = process.argv.slice(2).map(Number);
const startedAt = performance.now();
console.log(`${mutants} mutants, seed ${seed}`);
const report = await fuzzReaders({
  seed,
  mutants,
  first,
  onProgress: (done) => {
    if (done > 0 && done % 20_000 === 0) console.log(`${done} of ${mutants}`);
  },
});
const seconds = (performance.now() - startedAt) / 1000;
const peak = process.resourceUsage().maxRSS * 1024;
console.log(
  `${((seconds * 1000) / mutants).toFixed(2)} ms per mutant, slowest ${report.slowestMs.toFixed(0)} ms`,
);
console.log(`peak memory ${(peak / 1024 / 1024).toFixed(0)} MiB`);
console.log(
  Object.entries(report.outcomes)
    .map(([name, count]) => `${name} ${count}`)
    .join(', '),
);
if (peak > MAX_RSS_BYTES || report.slowestMs > MAX_MS) {
  console.error(`The limits are ${MAX_RSS_BYTES / 1024 / 1024} MiB and ${MAX_MS} ms per mutant.`);
  process.exitCode = 1;
}
