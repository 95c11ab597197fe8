import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandError, UsageError } from '#cli/command.ts';
import { rankCommand } from '#cli/rank/rank.ts';
import { RANKING_VARIANTS } from '#lib/domain/ranking/methods/variants.ts';

let folder: string;
let printed: string;
let messages: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-rank-'));
  printed = '';
  messages = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    messages += text;
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const INPUT = {
  submissions: ['a', 'b', 'c'],
  cases: ['1', '2'],
  metrics: [
    { name: 'dice', better: 'higher', weight: 3, worst: 0, dropped: [] as string[] },
    { name: 'volume', better: 'lower', weight: 1, worst: 100, dropped: [] as string[] },
  ],
};

// Dice 0.9, 0.9, 0.5 and 0.8, 0.1, failed; volume 4, 2, 2 and 0, 30, failed. The last two rows are missing.
const ROWS = [
  'a,1,dice,0.9',
  'b,1,dice,0.9',
  'c,1,dice,0.5',
  'a,2,dice,0.8',
  'b,2,dice,0.1',
  'a,1,volume,4',
  'b,1,volume,2',
  'c,1,volume,2',
  'a,2,volume,0',
  'b,2,volume,3e1',
];
const HEADER = 'submission,case,metric,value';

async function rank(
  rows: readonly string[] | string,
  { input = INPUT as unknown, method = 'rank-then-aggregate', args = [] as string[] } = {},
) {
  const text = typeof rows === 'string' ? rows : [HEADER, ...rows, ''].join('\n');
  await writeFile(`${folder}/scores.csv`, text);
  await writeFile(`${folder}/metrics.json`, typeof input === 'string' ? input : JSON.stringify(input));
  const files = ['--metrics', `${folder}/metrics.json`, '--json', `${folder}/out.json`];
  return rankCommand.run([`${folder}/scores.csv`, '--method', method, ...files, ...args]);
}

interface Output {
  method: string;
  seed: number;
  replicates: number;
  cases: number;
  tau: number | null;
  submissions: { id: string; rank: number; rankRange: [number, number]; [key: string]: unknown }[];
  pairs: { metric: string; a: string; b: string; p: number; adjusted: number; better: string | null }[];
  strata: { name: string; of: string; cases: number; scores: Record<string, Record<string, unknown>> }[];
}

async function output(...given: Parameters<typeof rank>): Promise<Output> {
  expect(await rank(...given)).toBe(0);
  return JSON.parse(await readFile(`${folder}/out.json`, 'utf8')) as Output;
}

test('ranks on each case, and writes every field of the contract', async () => {
  // Ranks by Dice: a 1, 1; b 1, 2; c 3, 3. By volume: a 3, 1; b 1, 2; c 1, 3.
  // Mean ranks a (3·1 + 2)/4 = 1.25, b (3·1.5 + 1.5)/4 = 1.5, c (3·3 + 2)/4 = 2.75.
  const json = await output(ROWS, { args: ['--bootstrap', '200', '--seed', '7'] });
  expect(Object.keys(json)).toEqual([
    'method',
    'seed',
    'replicates',
    'cases',
    'tau',
    'submissions',
    'pairs',
    'strata',
  ]);
  expect(json).toMatchObject({
    method: 'rank-then-aggregate',
    seed: 7,
    replicates: 200,
    cases: 2,
    strata: [],
  });
  expect(json.tau).toBeGreaterThan(0);
  expect(json.submissions.map(({ id, rank: place, score }) => [id, place, score])).toEqual([
    ['a', 1, 1.25],
    ['b', 2, 1.5],
    ['c', 3, 2.75],
  ]);
  const [first] = json.submissions;
  expect(Object.keys(first!)).toEqual([
    'id',
    'rank',
    'rankRange',
    'bootstrapRanks',
    'tier',
    'wins',
    'score',
    'interval',
    'rankShares',
    'scores',
  ]);
  // Twice case 1: a (3·1 + 3)/4 = 1.5 behind b with 1. Twice case 2: a 1, b 2.
  expect(first).toMatchObject({
    rankRange: [1, 3],
    bootstrapRanks: [1, 2],
    tier: 1,
    wins: 0,
    interval: [1, 1.5],
  });
  expect((first!['rankShares'] as number[]).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(json.submissions[2]!['scores']).toEqual({
    dice: {
      meanRank: 3,
      interval: [3, 3],
      rank: 3,
      // 0.5 and the worst value 0: standard deviation 0.5/√2
      summary: {
        n: 2,
        failed: 1,
        mean: 0.25,
        sd: 0.3535533906,
        median: 0.25,
        q1: 0.125,
        q3: 0.375,
        min: 0,
        max: 0.5,
      },
    },
    volume: {
      meanRank: 2,
      interval: [1, 3],
      rank: 2,
      summary: {
        n: 2,
        failed: 1,
        mean: 51,
        sd: 69.2964645563,
        median: 51,
        q1: 26.5,
        q3: 75.5,
        min: 2,
        max: 100,
      },
    },
  });
  expect(json.pairs).toHaveLength(9);
  // By volume, a − b is 2 and −30: W⁺ 1 of mean 1.5 and variance 30/24, z = (0.5 − 0.5)/1.118 = 0.
  expect(json.pairs.filter(({ metric }) => metric === 'volume')[0]).toEqual({
    metric: 'volume',
    a: 'a',
    b: 'b',
    p: 1,
    adjusted: 1,
    better: null,
  });
  expect(printed).toContain('Best set: a, b\n');
});

test('each method names what it ranks a metric by, and test-based draws no replicates', async () => {
  const found: Record<string, unknown> = {};
  for (const method of Object.keys(RANKING_VARIANTS)) {
    const json = await output(ROWS, { method });
    const { scores } = json.submissions.find(({ id }) => id === 'a')!;
    found[method] = {
      dice: Object.entries((scores as Record<string, object>)['dice']!)[0],
      replicates: json.replicates,
    };
  }
  expect(found).toEqual({
    'aggregate-then-rank:mean': { dice: ['mean', 0.85], replicates: 1000 },
    'aggregate-then-rank:median': { dice: ['median', 0.85], replicates: 1000 },
    'rank-then-aggregate': { dice: ['meanRank', 1], replicates: 1000 },
    'test-based': { dice: ['winShare', 0], replicates: 0 },
  });
  const last = JSON.parse(await readFile(`${folder}/out.json`, 'utf8')) as Output;
  expect(last.tau).toBeNull();
  for (const one of last.submissions) {
    expect(one).toMatchObject({ bootstrapRanks: null, interval: null, rankShares: null });
  }
});

test('says who is significantly better', async () => {
  const cases = Array.from({ length: 12 }, (_, c) => `${c}`);
  const input = { ...INPUT, submissions: ['a', 'b'], cases, metrics: [INPUT.metrics[0]] };
  const rows = cases.flatMap((name, c) => [
    `a,${name},dice,${0.1 + c / 100}`,
    `b,${name},dice,${0.5 + c / 50}`,
  ]);
  const json = await output(rows, { input, method: 'aggregate-then-rank:mean' });
  // All 12 differences have one sign: W⁺ is 0 or 78 of mean 39 and variance 162.5, z = 38.5/12.75 = 3.02, p = 0.0025.
  expect(json.pairs[1]).toMatchObject({ metric: 'dice', a: 'a', b: 'b', better: 'b' });
  expect(json.pairs[1]!.p).toBeCloseTo(0.002526, 6);
  expect(json.submissions).toMatchObject([
    { id: 'b', rankRange: [1, 1], tier: 1, wins: 1 },
    { id: 'a', rankRange: [2, 2], tier: 2, wins: 0 },
  ]);
});

test('the order of rows and columns, quotes, line ends, a byte order mark, spaces and blank lines change nothing', async () => {
  const expected = await output(ROWS);
  const cells = ROWS.toReversed().map((row) => row.split(','));
  const moved = cells.map(
    ([submission, name, metric, value]) => `"${metric}", ${value} ,"${name}",${submission}`,
  );
  expect(await output(`\uFEFFmetric,value,case,submission\r\n${moved.join('\r\n\r\n')}`)).toEqual(expected);
});

test('an empty value and a missing row are the same', async () => {
  expect(await output([...ROWS, 'c,2,dice,', 'c,2,volume,""'])).toEqual(await output(ROWS));
});

test('names may hold commas, quotes, line breaks and the names of object properties', async () => {
  const [odd, line] = ['x, "y"', 'two\nlines'];
  const input = {
    submissions: [odd, '__proto__'],
    cases: [line],
    metrics: [{ ...INPUT.metrics[0], name: 'constructor' }],
  };
  const json = await output([`"x, ""y""","${line}",constructor,0.5`, `__proto__,"${line}",constructor,0.7`], {
    input,
  });
  expect(json.submissions.map(({ id }) => id)).toEqual(['__proto__', odd]);
  expect(Object.keys(json.submissions[0]!['scores'] as object)).toEqual(['constructor']);
});

test('a dropped case is left out for everyone, and a metric of weight 0 is shown but doesn’t rank', async () => {
  const input = {
    ...INPUT,
    metrics: [
      { ...INPUT.metrics[0], dropped: ['2'] },
      { ...INPUT.metrics[1], weight: 0 },
    ],
  };
  const json = await output(ROWS, { input, method: 'aggregate-then-rank:mean' });
  // By Dice on case 1 alone: 0.9, 0.9, 0.5. By volume: 2, 16, 51.
  expect(json.submissions.map(({ id, rank: place }) => [id, place])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 3],
  ]);
  const volume = json.submissions.map(
    ({ scores }) => (scores as Record<string, { rank: number }>)['volume']!.rank,
  );
  expect(volume).toEqual([1, 2, 3]);
});

describe('strata', () => {
  test('are read from a table, one for each value of a column', async () => {
    await writeFile(`${folder}/strata.csv`, 'case,volume,site\n1,small,R1\n2,,R1\n');
    const json = await output(ROWS, { args: ['--strata', `${folder}/strata.csv`] });
    expect(json.strata.map(({ name, of, cases }) => [name, of, cases])).toEqual([
      ['small', 'volume', 1],
      ['R1', 'site', 2],
    ]);
    expect(json.strata[0]!.scores['c']!['dice']).toMatchObject({ n: 1, failed: 0, mean: 0.5 });
    expect(json.strata[1]!.scores['c']!['dice']).toMatchObject({ n: 2, failed: 1, mean: 0.25 });
  });

  test('are read from a list, and must name declared cases', async () => {
    const list = [{ name: 'small', of: 'volume', cases: ['2'] }];
    await writeFile(`${folder}/strata.json`, JSON.stringify(list));
    const json = await output(ROWS, { args: ['--strata', `${folder}/strata.json`] });
    expect(json.strata).toMatchObject([{ name: 'small', of: 'volume', cases: 1 }]);
    await writeFile(`${folder}/strata.json`, JSON.stringify([{ ...list[0], cases: ['3'] }]));
    await expect(rank(ROWS, { args: ['--strata', `${folder}/strata.json`] })).rejects.toThrow(
      'stratum "small" of volume: the case "3" isn\'t declared',
    );
  });
});

describe('refuses, and writes no file', () => {
  const withMetric = (change: object) => ({ ...INPUT, metrics: [{ ...INPUT.metrics[0], ...change }] });
  test.each([
    [
      'the same row twice',
      [...ROWS, 'a,1,dice,0.9'],
      INPUT,
      'line 12: the value of "a" on case "1" for "dice" stands on line 2',
    ],
    ['the same row twice, both empty', ['a,1,dice,', 'a,1,dice,'], INPUT, 'line 3'],
    ['nan', ['a,1,dice,nan'], INPUT, 'line 2: the value "nan" isn\'t a finite number'],
    ['NaN on a dropped case', ['a,2,dice,NaN'], withMetric({ dropped: ['2'] }), 'line 2: the value "NaN"'],
    ['inf', ['a,1,dice,-inf'], INPUT, '"-inf" isn\'t a finite number'],
    ['Infinity', ['a,1,dice,Infinity'], INPUT, '"Infinity" isn\'t a finite number'],
    ['a number too large', ['a,1,dice,1e999'], INPUT, '"1e999" isn\'t a finite number'],
    ['no number', ['a,1,dice,0x10'], INPUT, '"0x10" isn\'t a finite number'],
    [
      'a submission that isn’t declared',
      ['', 'd,1,dice,1'],
      INPUT,
      'line 3: the submission "d" isn\'t declared',
    ],
    ['a case that isn’t declared', ['a,3,dice,1'], INPUT, 'line 2: the case "3" isn\'t declared'],
    ['a metric that isn’t declared', ['a,1,hd,1'], INPUT, 'line 2: the metric "hd" isn\'t declared'],
    ['a row with another number of cells', ['a,1,dice'], INPUT, 'line 2: 3 cells where the header has 4'],
    [
      'another header',
      'team,case,metric,value\na,1,dice,1\n',
      INPUT,
      'must name the columns submission,case,metric,value',
    ],
    ['an empty file', '', INPUT, 'is empty'],
    ['a quote that doesn’t end', ['a,"1,dice,1'], INPUT, "can't be read as CSV"],
    ['a weight below 0', ROWS, withMetric({ weight: -1 }), 'metrics[0].weight'],
    ['weights that are all 0', ROWS, withMetric({ weight: 0 }), 'all weights are 0'],
    ['no worst value', ROWS, withMetric({ worst: undefined }), 'metrics[0].worst'],
    ['no direction', ROWS, withMetric({ better: 'closer' }), 'metrics[0].better'],
    [
      'a dropped case that isn’t declared',
      ROWS,
      withMetric({ dropped: ['9'] }),
      'the case "9" isn\'t declared',
    ],
    [
      'a submission declared twice',
      ROWS,
      { ...INPUT, submissions: ['a', 'b', 'a'] },
      'declares the submission "a" twice',
    ],
    [
      'a metric declared twice',
      ROWS,
      { ...INPUT, metrics: [INPUT.metrics[0], INPUT.metrics[0]] },
      'declares the metric "dice" twice',
    ],
    ['no submission', ROWS, { ...INPUT, submissions: [] }, 'submissions'],
    ['metrics that aren’t JSON', ROWS, '{"submissions": [', "isn't valid JSON"],
  ])('%s', async (_, rows, input, message) => {
    const failure = rank(rows, { input });
    await expect(failure).rejects.toThrow(CommandError);
    await expect(failure).rejects.toThrow(message);
    expect(existsSync(`${folder}/out.json`)).toBe(false);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test.each([
    ['--method', 'mean'],
    ['--bootstrap', '0'],
    ['--bootstrap', '1.5'],
    ['--seed', '-1'],
  ])('%s %s', async (option, value) => {
    await expect(rank(ROWS, { args: [`${option}=${value}`] })).rejects.toThrow(UsageError);
    expect(existsSync(`${folder}/out.json`)).toBe(false);
  });

  test('a file that is not there', async () => {
    await writeFile(`${folder}/metrics.json`, JSON.stringify(INPUT));
    const args = ['none.csv', '--method', 'test-based', '--metrics', `${folder}/metrics.json`];
    await expect(rankCommand.run(args)).rejects.toThrow("none.csv can't be read");
  });
});

test('a field that isn’t known is named, because it may be misspelled', async () => {
  await output(ROWS, {
    input: { ...INPUT, metrics: [{ ...INPUT.metrics[0], drop: ['1'] }, INPUT.metrics[1]] },
  });
  expect(messages).toContain('ignored the fields drop');
});
