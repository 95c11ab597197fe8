// `npm test`: everything that CI runs, quick parts and those likely to fail first. Stops where a part fails; in CI (the
// variable CI is set) a skipped test fails too. `npm test -- unit e2e` runs only these parts.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/root.ts';
import { isCi } from './setup/consent.mjs';
import { type Counts, hasFailed, playwrightCounts, vitestCounts } from './test-counts.ts';

const RESULTS = join(ROOT, '.heldout', 'test-results');
const CI = isCi(process.env);
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];

interface Part {
  name: string;
  args: string[];
  /** Counts its tests from its report; null where it has none. */
  counts: ((report: string) => Counts) | null;
}

function vitestPart(project: string): Part {
  const report = join(RESULTS, `${project}.json`);
  return {
    name: project,
    args: [...VITEST, '--project', project, `--outputFile.json=${report}`],
    counts: vitestCounts,
  };
}

/** One step after the other; the parts of a step run at the same time. */
const STEPS: readonly (readonly Part[])[] = [
  [{ name: 'check', args: ['scripts/check.ts'], counts: null }],
  [vitestPart('unit')],
  [{ name: 'build', args: ['scripts/build.ts'], counts: null }],
  // Tests of containers wait for the engine half of the time.
  [vitestPart('integration'), vitestPart('database')],
  [vitestPart('exploits')],
  [{ name: 'e2e', args: ['node_modules/@playwright/test/cli.js', 'test'], counts: playwrightCounts }],
];

interface Outcome {
  counts: Counts;
  /** Name and duration. */
  time: string;
}

/** The first part prints as it goes, the others when they have ended, so that no output is mixed. */
async function runStep(parts: readonly Part[]): Promise<Outcome[]> {
  const outcomes = await Promise.all(
    parts.map(async (part, index) => {
      const startedAt = performance.now();
      const output = index === 0 ? null : openSync(join(RESULTS, `${part.name}.log`), 'w+');
      if (output === null) printHeading(part);
      const counts = countsOf(part, await runPart(part, output));
      return { part, counts, output, time: `${part.name} ${secondsSince(startedAt)}` };
    }),
  );
  for (const { part, output } of outcomes) {
    if (output === null) continue;
    closeSync(output);
    printHeading(part);
    process.stdout.write(readFileSync(join(RESULTS, `${part.name}.log`)));
  }
  return outcomes;
}

function printHeading({ name }: Part): void {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
}

/** @param output a file for what it prints; null prints it. @returns the exit code. */
function runPart({ name, args }: Part, output: number | null): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', output ?? 'inherit', output ?? 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: name === 'build' ? 'production' : 'test',
      // Hundreds of processes are started from sources. With what Node keeps of them, each is in half of the time.
      NODE_COMPILE_CACHE: join(ROOT, '.heldout', 'test', 'compile-cache'),
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
    const counts = part.counts(readFileSync(join(RESULTS, `${part.name}.json`), 'utf8'));
    return { ...counts, failed: code === 0 ? counts.failed : Math.max(1, counts.failed) };
  } catch (error) {
    console.error(
      `${part.name}: the test report can’t be read (${error instanceof Error ? error.message : error})`,
    );
    return { ...none, failed: 1 };
  }
}

async function runParts(names: readonly string[]): Promise<number> {
  const known = STEPS.flat().map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Unknown part: ${unknown.join(', ')}. Parts: ${known.join(', ')}.`);
    return 2;
  }
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  const startedAt = performance.now();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  for (const step of STEPS) {
    const parts = step.filter(({ name }) => names.length === 0 || names.includes(name));
    for (const { counts, time } of await runStep(parts)) {
      times.push(time);
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
    }
    if (hasFailed(total, CI)) break;
  }
  console.log(`\nTime: ${times.join(', ')}; ${secondsSince(startedAt)} in total`);
  console.log(
    `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
  );
  if (CI && total.skipped > 0) console.log('In CI a skipped test fails.');
  return hasFailed(total, CI) ? 1 : 0;
}

process.exitCode = await runParts(process.argv.slice(2));
