// `npm test`: everything that CI runs, quick parts and those likely to fail first. Stops where a part fails; in CI (the
// variable CI is set) a skipped test fails too. `npm test -- unit e2e` runs only these parts.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setPriority } from 'node:os';
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

/** The first lane of a stage has the tests that measure times: where both want a processor, it gets more of it. */
const LATER_NICE = 5;

/** The parts of a lane run one after the other. */
type Lane = readonly Part[];

/** One stage after the other; the lanes of a stage run at the same time. */
const STAGES: readonly (readonly Lane[])[] = [
  [[{ name: 'check', args: ['scripts/check.ts'], counts: null }]],
  [[vitestPart('unit')]],
  [[{ name: 'build', args: ['scripts/build.ts'], counts: null }]],
  // Tests of containers and browsers wait half of the time.
  [
    [vitestPart('integration')],
    [
      vitestPart('database'),
      { name: 'e2e', args: ['node_modules/@playwright/test/cli.js', 'test'], counts: playwrightCounts },
    ],
  ],
  // Malicious containers want the whole host, and the limits that end them are timed.
  [[vitestPart('exploits')]],
];

interface Outcome {
  counts: Counts;
  /** Name and duration. */
  time: string;
}

/** The first lane prints as it goes, the others when all have ended, so that no output is mixed. */
async function runStage(lanes: readonly Lane[]): Promise<Outcome[]> {
  const ran = await Promise.all(lanes.map((lane, index) => runLane(lane, index === 0)));
  for (const { name } of lanes.slice(1).flat()) {
    const log = logOf(name);
    if (existsSync(log)) process.stdout.write(readFileSync(log));
  }
  return ran.flat();
}

/** Stops at a part that fails. */
async function runLane(lane: Lane, isFirst: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of lane) {
    const startedAt = performance.now();
    const output = isFirst ? process.stdout.fd : openSync(logOf(part.name), 'w');
    writeSync(output, `\n── ${part.name} ${'─'.repeat(Math.max(0, 70 - part.name.length))}\n`);
    const counts = countsOf(part, await runPart(part, output, isFirst));
    if (!isFirst) closeSync(output);
    outcomes.push({ counts, time: `${part.name} ${secondsSince(startedAt)}` });
    if (hasFailed(counts, CI)) break;
  }
  return outcomes;
}

function logOf(name: string): string {
  return join(RESULTS, `${name}.log`);
}

/** @param output the file that it prints into. @returns the exit code. */
function runPart({ name, args }: Part, output: number, isFirst: boolean): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      NODE_ENV: name === 'build' ? 'production' : 'test',
      // Hundreds of processes are started from sources. With what Node keeps of them, each is in half of the time.
      NODE_COMPILE_CACHE: join(ROOT, '.heldout', 'test', 'compile-cache'),
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(RESULTS, 'e2e.json'),
      NEXT_TELEMETRY_DISABLED: '1',
    },
  });
  if (!isFirst && child.pid !== undefined) setPriority(child.pid, LATER_NICE);
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
  const known = STAGES.flat(2).map(({ name }) => name);
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
  for (const stage of STAGES) {
    const isWanted = ({ name }: Part) => names.length === 0 || names.includes(name);
    const lanes = stage.map((lane) => lane.filter(isWanted)).filter((lane) => lane.length > 0);
    for (const { counts, time } of await runStage(lanes)) {
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
