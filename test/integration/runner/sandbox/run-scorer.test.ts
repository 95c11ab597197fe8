import { createReadStream, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import type { Prediction } from '#lib/domain/tasks/scorer/predictions-json.ts';
import { socketSchema } from '#lib/domain/tasks/sockets.ts';
import type { ScorerRun } from '#runner/sandbox/contracts/run-scorer.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { buildShellImage, type ShellImage, serving } from '#test/support/images/busybox.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { processesOf } from '#test/support/sandbox/arena.ts';
import {
  COMPARE,
  type ScorerChanges,
  scorerCase,
  scorerRequest,
  TRUTH,
} from '#test/support/sandbox/scorer.ts';

const RUNNER = `scorer-test-${process.pid}`;
const UID = 23_458;
const SHORT_START_SECONDS = 1;
const INVOKE = { labels: { 'org.grand-challenge.api-method': 'invoke' } };
const engine = openEngine();
let folder: string;
let sandbox: Sandbox;
/** Gives a server very little time to become healthy. */
let impatient: Sandbox;
const loaded: LoadedImage[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-scorer-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: join(folder, 'scratch') });
  const options = { runner: RUNNER, startUpSeconds: SHORT_START_SECONDS };
  impatient = await openSandbox({ ...options, scratch: join(folder, 'impatient') });
});
afterEach(async () => {
  expect(await engine.listContainers(`heldout.runner=${RUNNER}`)).toEqual([]);
  const memories = ['scratch', 'impatient'].map((name) => join(folder, name, 'memory'));
  for (const memory of memories) expect(readdirSync(memory)).toEqual([]);
  expect(mountsBelow(folder)).toEqual(memories);
  expect(processesOf(UID)).toEqual([]);
});
afterAll(async () => {
  await sandbox.sweep();
  for (const { id } of loaded) await sandbox.removeImage(id);
  await sandbox.close();
  await impatient.close();
  await rm(folder, { recursive: true, force: true });
});

async function load(spec: ShellImage): Promise<LoadedImage> {
  const file = join(folder, 'image.tar');
  await buildShellImage(file, { user: String(UID), env: [`SCORER=${RUNNER}`], ...spec });
  const image = await sandbox.prepareImage(createReadStream(file), DEFAULT_LIMITS);
  loaded.push(image);
  return image;
}

async function score(spec: ShellImage, changes: ScorerChanges = {}, within = sandbox): Promise<ScorerRun> {
  return within.runScorer(scorerRequest(await load(spec), changes));
}

function valuesOf(run: ScorerRun): Record<string, unknown> {
  if (!run.ok) throw new Error(`${run.problem}\n${run.log}`);
  return Object.fromEntries(run.results.cases);
}
const EXPECTED = { a: { correct: 1 }, b: { correct: 0 } };

describe('a scorer that is a program', () => {
  test('finds predictions and truth, and its results are read by case', async () => {
    const run = await score({ script: `${COMPARE}; echo done` });
    expect(valuesOf(run)).toEqual(EXPECTED);
    expect(run.log).toBe('done\n');
    expect(run.seconds).toBeGreaterThan(0);
  });

  test('is given each case’s outputs where predictions.json says they are', async () => {
    const mask = socketSchema.parse({
      slug: 'mask',
      title: 'Mask',
      kind: 'Segmentation',
      relative_path: 'images/mask',
      format: 'png',
    });
    const report = socketSchema.parse({
      slug: 'report',
      title: 'Report',
      kind: 'PDF',
      relative_path: 'reports/report.pdf',
    });
    const request = scorerRequest(
      await load({
        script: `cat /input/predictions.json; echo; echo ---; cd /input; find . -type f | sort; cat ${TRUTH}/table/all.csv; ${COMPARE}`,
      }),
    );
    const [first] = request.cases;
    const run = await sandbox.runScorer({
      ...request,
      cases: [
        {
          ...first!,
          async open(signal) {
            const { outputs, ...rest } = await first!.open(signal);
            const more = [mask, report].map((socket) => ({
              socket,
              fileName: 'mask.png',
              bytes: Buffer.from('x'),
            }));
            return { outputs: [...outputs, ...more], ...rest };
          },
        },
      ],
      async *openTruth() {
        yield { path: 'table/all.csv', bytes: Buffer.from('the whole table\n') };
      },
    });
    expect(valuesOf(run)).toEqual({ a: { correct: 1 } });
    const [json, listing] = run.log.split('---\n') as [string, string];
    const [prediction] = JSON.parse(json) as [Prediction];
    expect(prediction).toMatchObject({ pk: 'a', inputs: [{ image: { name: 'photo of a.png' } }] });
    expect(prediction.outputs.map(({ image, value, file }) => image?.name ?? value ?? file)).toEqual([
      'left',
      'mask.png',
      'report.pdf',
    ]);
    expect(listing).toBe(
      [
        './a/output/answer.json',
        './a/output/images/mask/mask.png',
        './a/output/reports/report.pdf',
        './predictions.json',
        'the whole table',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, ShellImage, string]>([
    [
      'an error',
      { script: 'echo boom >&2; exit 3' },
      'The scorer failed (EXIT_NONZERO). The program exited with code 3.',
    ],
    [
      'no result',
      { script: 'true' },
      'The scorer failed (NO_OUTPUT). The program wrote no /output/metrics.json.',
    ],
    [
      'a program that doesn’t exist',
      { entrypoint: ['/missing'] },
      'The scorer failed (START_FAILED). The container could not be started',
    ],
    [
      'SIGKILL from itself, twice',
      { script: 'kill -9 $$' },
      'The scorer failed. The program was killed by SIGKILL.',
    ],
    [
      'a result that isn’t JSON',
      { script: 'echo {} {} > /output/metrics.json' },
      'metrics.json isn’t valid JSON',
    ],
  ])('%s is a problem in words', async (_, spec, sentence) => {
    const run = await score(spec);
    expect(run).toMatchObject({ ok: false, problem: expect.stringContaining(sentence) });
    if (spec.script?.includes('boom')) expect(run.log).toBe('boom\n');
  });

  test('cancelling ends it within 2 s with the given reason', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const run = score(
      { script: 'sleep 1000' },
      { signal: controller.signal, limits: { timeLimitSeconds: 60 } },
    );
    run.catch(() => undefined);
    await expect.poll(() => processesOf(UID), { timeout: 20_000 }).not.toEqual([]);
    const abortedAt = performance.now();
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(2000);
  });

  test('an error of a case that can’t be opened is thrown as it is', async () => {
    const lost = new Error('lost');
    const one = { ...scorerCase('a', { answer: 1, truth: 1 }), open: () => Promise.reject(lost) };
    await expect(score({ script: COMPARE }, { cases: [one] })).rejects.toBe(lost);
  });
});

describe('a scorer that is a server', () => {
  test('gets one request for all cases, when the truth is in place since its start', async () => {
    const script = `ls ${TRUTH}; echo started > /tmp/invoked; ${serving(`echo invoked >> /tmp/invoked; cat /tmp/invoked; ${COMPARE}`)}`;
    const run = await score({ script, ...INVOKE });
    expect(valuesOf(run)).toEqual(EXPECTED);
    expect(run.log).toBe('a.json\nb.json\nstarted\ninvoked\n');
  });

  test('is killed if it isn’t healthy in time, or works too long', async () => {
    const late = await score({ script: 'echo loading; sleep 100', ...INVOKE }, {}, impatient);
    expect(late).toMatchObject({
      ok: false,
      problem:
        'The scorer failed (HEALTH_TIMEOUT). The server did not answer GET /health on port 4743 with 200 within 1 s.',
      log: 'loading\n',
    });
    const slow = await score(
      { script: serving('sleep 100'), ...INVOKE },
      { limits: { timeLimitSeconds: 1 } },
    );
    expect(slow).toMatchObject({ problem: expect.stringContaining('(TIME_LIMIT)') });
  });

  test('has to answer 201', async () => {
    const run = await score({ script: serving('echo sorry; exit 1'), ...INVOKE });
    expect(run).toMatchObject({
      ok: false,
      problem: expect.stringContaining('with 500 instead of 201'),
      log: 'sorry\n',
    });
  });

  test('can’t be used where the phase requires gVisor', async () => {
    const run = await score({ script: serving('true'), ...INVOKE }, { requiresGvisor: true });
    expect(run).toMatchObject({ ok: false, problem: expect.stringContaining('requires gVisor') });
  });
});

describe('cases that don’t fit in memory together', () => {
  const MIB = 2 ** 20;
  const opened: string[] = [];
  const cases = ['a', 'b', 'c', 'd', 'e'].map((name) => {
    const one = scorerCase(name, { answer: 'x'.repeat(MIB), truth: name });
    return {
      ...one,
      open(signal: AbortSignal) {
        opened.push(name);
        return one.open(signal);
      },
    };
  });
  const script = `echo $(ls /input); ${COMPARE}`;
  /** Each has its answer twice: in its file and in predictions.json. */
  const maxInputBytes = 5 * MIB;

  test('are scored in parts if the scorer judges each on its own; each is opened once', async () => {
    opened.length = 0;
    let truths = 0;
    const run = await score(
      { script },
      {
        cases,
        maxInputBytes,
        scoring: { perCase: true },
        async *openTruth() {
          truths += 1;
          yield { path: 'README', bytes: Buffer.from('x') };
        },
      },
    );
    expect(Object.keys(valuesOf(run))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(run.log).toBe('a b predictions.json\nc d predictions.json\ne predictions.json\n');
    expect(opened).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(truths).toBe(3);
  });

  test('are a problem if it doesn’t, and so is one that doesn’t fit alone', async () => {
    const together = await score({ script }, { cases, maxInputBytes });
    expect(together).toMatchObject({
      ok: false,
      log: '',
      problem: expect.stringContaining('set "perCase": true'),
    });
    const alone = await score({ script }, { cases, maxInputBytes: MIB, scoring: { perCase: true } });
    expect(alone).toMatchObject({
      problem: expect.stringContaining('The truth and case "a" take more than 1 MiB'),
    });
    async function* openTruth() {
      yield { path: 'all.bin', bytes: new Uint8Array(2 * MIB) };
    }
    const truth = await score({ script }, { cases, maxInputBytes: MIB, openTruth });
    expect(truth).toMatchObject({
      problem: expect.stringContaining('The truth alone takes more than 1 MiB'),
    });
  });

  test('a problem of a part is one of the whole', async () => {
    const changes = { cases, maxInputBytes, scoring: { perCase: true } };
    const run = await score({ script: `test -e /input/c && exit 1; ${script}` }, changes);
    expect(run).toMatchObject({ ok: false, problem: expect.stringContaining('exited with code 1') });
  });
});

describe('names and paths', () => {
  test.each(['..', 'a/b', '', 'predictions.json', 'x'.repeat(256), 'a\0'])(
    'case %j is refused',
    async (name) => {
      const run = await score({ script: COMPARE }, { cases: [scorerCase(name, { answer: 1, truth: 1 })] });
      expect(run).toMatchObject({
        ok: false,
        problem: expect.stringContaining('can’t be the name of a folder'),
      });
    },
  );

  test.each([
    ['a path out of the folder', '../escaped'],
    ['an absolute path', '/escaped'],
    ['an empty part', 'a//b'],
    ['a dot', 'a/./b'],
    ['three thousand folders', `${'d/'.repeat(3000)}x`],
  ])('a truth with %s is refused, and nothing is written outside', async (_, path) => {
    async function* openTruth() {
      yield { path, bytes: Buffer.from('x') };
    }
    const run = await score({ script: COMPARE }, { openTruth });
    expect(run).toMatchObject({ ok: false, problem: expect.stringContaining('The path "') });
    expect(readdirSync(join(folder, 'scratch', 'memory'))).toEqual([]);
  });

  test('a truth that is there twice is refused', async () => {
    async function* openTruth() {
      yield { path: 'a.json', bytes: Buffer.from('x') };
    }
    const run = await score({ script: COMPARE }, { openTruth });
    expect(run).toMatchObject({ problem: expect.stringContaining('The path "a.json" is there twice') });
  });
});
