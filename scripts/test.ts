// `npm test`: everything that CI runs, the quick and the likely to fail first. Stops at the first part that
// fails. `npm test -- unit e2e` runs some parts alone.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
const RESULTS = join(ROOT, '.heldout', 'test-results');
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];

interface Part {
  name: string;
  args: string[];
  /** Where this part's tests are counted; null where it has none. */
  counts: ((file: string) => Counts) | null;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

function vitestCounts(file: string): Counts {
  const report = vitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function playwrightCounts(file: string): Counts {
  const { stats } = playwrightReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  // A test that passed at the second try has failed once: it counts as a failure until it is understood.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

function vitestPart(project: string): Part {
  const report = join(RESULTS, `${project}.json`);
  return {
    name: project,
    args: [...VITEST, '--project', project, `--outputFile.json=${report}`],
    counts: vitestCounts,
  };
}

const PARTS: readonly Part[] = [
  { name: 'check', args: ['scripts/check.ts'], counts: null },
  vitestPart('unit'),
  { name: 'build', args: ['scripts/build.ts'], counts: null },
  vitestPart('integration'),
  vitestPart('exploits'),
  { name: 'e2e', args: ['node_modules/@playwright/test/cli.js', 'test'], counts: playwrightCounts },
];

/** Runs one part with its output as it comes; resolves with the exit code. */
function runPart({ name, args }: Part): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: name === 'build' ? 'production' : 'test',
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(RESULTS, 'e2e.json'),
      NEXT_TELEMETRY_DISABLED: '1',
    },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function secondsSince(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** A part that fails without a report (a crash, no test found) counts as one failure: never as none. */
function countsOf(part: Part, code: number): Counts {
  const none = { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (!part.counts) return none;
  try {
    const counts = part.counts(join(RESULTS, `${part.name}.json`));
    return { ...counts, failed: code === 0 ? counts.failed : Math.max(1, counts.failed) };
  } catch (error) {
    console.error(`${part.name}: no report of its tests (${error instanceof Error ? error.message : error})`);
    return { ...none, failed: 1 };
  }
}

async function runParts(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`No such part: ${unknown.join(', ')} (${PARTS.map(({ name }) => name).join(', ')})`);
    return 2;
  }
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  const startedAt = performance.now();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  for (const part of PARTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`\n── ${part.name} ${'─'.repeat(Math.max(0, 70 - part.name.length))}`);
    const partStartedAt = performance.now();
    const counts = countsOf(part, await runPart(part));
    times.push(`${part.name} ${secondsSince(partStartedAt)}`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    if (counts.failed > 0) break;
  }
  console.log(`\nTime: ${times.join(', ')}; ${secondsSince(startedAt)} in all`);
  console.log(
    `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
  );
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await runParts(process.argv.slice(2));
