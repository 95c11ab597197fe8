import { describe, expect, test } from 'vitest';
import { type DeclaredMetric, declaredMetricSchema } from '#lib/domain/tasks/declared-metrics.ts';
import {
  MAX_METRICS_BYTES,
  readScorerResults,
  withFailedCases,
} from '#lib/domain/tasks/scorer/scorer-results.ts';

const metric = (fields: object): DeclaredMetric =>
  declaredMetricSchema.parse({ title: 'Title', better: 'higher', worst: 0, ...fields });
const DICE = metric({ name: 'dice', range: [0, 1], case: 'dice_score' });
const COUNT = metric({ name: 'lesions', range: [0, null], case: 'n' });
const F1 = metric({ name: 'mean_f1', aggregate: 'f1.mean' });
const METRICS = [DICE, COUNT, F1];
const CASES = ['a', 'b'];

const A = { pk: 'a', dice_score: 0.5, n: 2 };
const B = { case: 'b', dice_score: 1, n: 0 };
const AGGREGATES = { f1: { mean: -3.5 } };

function read(content: unknown, { metrics = METRICS, caseNames = CASES } = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return readScorerResults(Buffer.from(text), { metrics, caseNames });
}

function problemOf(content: unknown, metrics = METRICS): string {
  const result = read(content, { metrics });
  return result.ok ? 'no problem' : result.problem;
}

/** The problem of results in which case b is another. */
const withB = (b: object | string) => problemOf({ results: [A, b], aggregates: AGGREGATES });
/** The same with text that `JSON.stringify` doesn't write. */
const withText = (b: string) =>
  problemOf(`{"results": [${JSON.stringify(A)}, ${b}], "aggregates": ${JSON.stringify(AGGREGATES)}}`);

describe('the results of a scorer', () => {
  test('are read by declared metric, in any order of cases, and everything else is left out', () => {
    const result = read({
      version: 3,
      results: [{ ...B, note: ['x'] }, A],
      aggregates: { ...AGGREGATES, x: null },
    });
    expect(result).toEqual({
      ok: true,
      results: {
        cases: new Map([
          ['b', { dice: 1, lesions: 0 }],
          ['a', { dice: 0.5, lesions: 2 }],
        ]),
        aggregates: { mean_f1: -3.5 },
      },
    });
  });

  test('need no list of cases if every metric is an aggregate, as scorers of grand-challenge.org write them', () => {
    const result = read({ results: [{ my_metric: 1 }], aggregates: AGGREGATES }, { metrics: [F1] });
    expect(result).toEqual({ ok: true, results: { cases: new Map(), aggregates: { mean_f1: -3.5 } } });
  });
});

describe('cases', () => {
  test.each<[string, object[], string]>([
    ['missing', [A], 'metrics.json has no result of case "b".'],
    ['all missing', [], 'metrics.json has no result of case "a" and 1 more.'],
    [
      'unknown',
      [A, B, { ...A, pk: 'c' }],
      'The result of case "c" is for a case that isn’t in predictions.json.',
    ],
    ['twice', [A, B, A], 'The result of case "a" is there twice.'],
    [
      'named by a prototype',
      [A, { ...B, case: '__proto__' }],
      'The result of case "__proto__" is for a case that',
    ],
    [
      'without a name',
      [A, { dice_score: 1, n: 0 }],
      'results[1] doesn’t say which case it is for: give it "pk"',
    ],
    ['named by a number', [A, { ...B, case: 1 }], 'results[1] doesn’t say which case it is for'],
    ['with two names', [{ ...A, case: 'b' }, B], 'results[0] has a "pk" and a "case" that differ.'],
    ['no object', [A, [B]], 'results[1] must be an object, but is a list.'],
  ])('%s are a problem', (_, results, sentence) => {
    expect(problemOf({ results, aggregates: AGGREGATES })).toContain(sentence);
  });

  test('quoted in a problem are cut', () => {
    expect(withB({ ...B, case: 'x'.repeat(10_000) }).length).toBeLessThan(300);
  });
});

describe('a value is a number in its range, or a problem that names the case and the key', () => {
  test.each<[unknown, string]>([
    ['0.5', 'must have a number as "dice_score", but has the text "0.5".'],
    [null, 'must have a number as "dice_score", but has null.'],
    [true, 'must have a number as "dice_score", but has true.'],
    [[1], 'must have a number as "dice_score", but has a list.'],
    [{}, 'must have a number as "dice_score", but has an object.'],
    [-0.1, 'has -0.1 as "dice_score", but it must be between 0 and 1.'],
    [1.0001, 'has 1.0001 as "dice_score", but it must be between 0 and 1.'],
  ])('%j', (value, sentence) => {
    expect(withB({ ...B, dice_score: value })).toBe(`The result of case "b" ${sentence}`);
  });

  test('negative counts', () => {
    expect(withB({ ...B, n: -1 })).toBe('The result of case "b" has -1 as "n", but it must be at least 0.');
  });

  test.each(['NaN', 'Infinity', '-Infinity'])('%s, as Python writes it', (text) => {
    expect(withText(`{"pk": "b", "dice_score": ${text}, "n": 0}`)).toBe(
      `The result of case "b" has as "dice_score" ${text}, which Python’s json writes although it is no JSON. Write the number that an undefined value counts as.`,
    );
  });

  test('NaN in a place that isn’t read, but not in a text', () => {
    expect(withText('{"pk": "b", "dice_score": 1, "n": 0, "extra": [NaN]}')).toMatch(
      /^metrics.json holds NaN, which/,
    );
    expect(withB({ ...B, note: 'NaN, "Infinity"' })).toBe('no problem');
  });

  test('a number beyond all numbers', () => {
    expect(withText('{"pk": "b", "dice_score": 1e999, "n": 0}')).toContain('too large to be stored');
  });

  test('a missing key, also if every object inherits it', () => {
    expect(withB({ pk: 'b', n: 0 })).toBe('The result of case "b" has no "dice_score".');
    const inherited = metric({ name: 'text', case: 'toString' });
    expect(problemOf({ results: [A, B] }, [inherited])).toBe('The result of case "a" has no "toString".');
  });

  test('keys of prototypes', () => {
    const key = withText('{"pk": "b", "n": 0, "__proto__": {"dice_score": 1}}');
    expect(key).toBe('results[1] has the key "__proto__", which isn’t allowed.');
    expect(withB({ ...B, constructor: 1 })).toContain('has the key "constructor"');
    expect(problemOf('{"results": [], "__proto__": {}}')).toContain('metrics.json has the key "__proto__"');
    expect(({} as Record<string, unknown>)['dice_score']).toBeUndefined();
  });
});

describe('aggregates', () => {
  test.each<[unknown, string]>([
    [undefined, '"aggregates" in metrics.json must be an object, but is nothing.'],
    [{}, '"aggregates.f1" in metrics.json must be an object, but is nothing.'],
    [{ f1: 1 }, '"aggregates.f1" in metrics.json must be an object, but is 1.'],
    [{ f1: {} }, '"aggregates.f1" in metrics.json has no "mean".'],
    [
      { f1: { mean: '1' } },
      '"aggregates.f1" in metrics.json must have a number as "mean", but has the text "1".',
    ],
    [{ f1: { mean: 1, constructor: 2 } }, '"aggregates.f1" in metrics.json has the key "constructor"'],
  ])('%j', (aggregates, sentence) => {
    expect(problemOf({ results: [A, B], aggregates })).toContain(sentence);
  });

  test('are not found in what objects inherit', () => {
    const inherited = metric({ name: 'length_of_name', aggregate: 'valueOf.length' });
    expect(problemOf({ results: [], aggregates: {} }, [inherited])).toContain('but is nothing');
  });
});

describe('a file', () => {
  test.each<[string, string]>([
    ['{"results": [', 'isn’t valid JSON'],
    ['', 'isn’t valid JSON'],
    ['nan', 'isn’t valid JSON'],
    ['[]', 'metrics.json must be an object, but is a list.'],
    ['null', 'metrics.json must be an object, but is null.'],
    ['{}', 'metrics.json must have a list "results", but there it holds nothing.'],
    ['{"results": {"length": 2}}', 'must have a list "results", but there it holds an object.'],
  ])('%j is a problem', (text, sentence) => {
    expect(problemOf(text)).toContain(sentence);
  });

  test('that isn’t UTF-8 is a problem', () => {
    const bytes = Buffer.from('{"results": "\xff"}', 'latin1');
    const result = readScorerResults(bytes, { metrics: METRICS, caseNames: CASES });
    expect(result).toEqual({ ok: false, problem: 'metrics.json isn’t valid JSON: its text isn’t UTF-8.' });
  });

  test('may begin with a byte order mark', () => {
    expect(problemOf(`\ufeff${JSON.stringify({ results: [A, B], aggregates: AGGREGATES })}`)).toBe(
      'no problem',
    );
  });

  test('is refused before it is parsed if it is too long, too deep or has too many values', () => {
    const before = process.memoryUsage().heapUsed;
    const long = readScorerResults(Buffer.alloc(MAX_METRICS_BYTES + 1, ' '), {
      metrics: METRICS,
      caseNames: CASES,
    });
    expect(long).toMatchObject({ problem: expect.stringContaining('bytes long; at most') });
    expect(problemOf('['.repeat(4_000_000))).toContain('nested more than 32 levels deep');
    expect(problemOf(`{"results": [${'[],'.repeat(3_000_000)}[]]}`)).toContain('more than 1000000 values');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 2 ** 20);
  });
});

describe('cases that failed before the scorer', () => {
  const worst = metric({ name: 'distance', better: 'lower', worst: 99, case: 'd' });
  const metrics = [worst, { ...F1, worst: -1 }];
  const results = { cases: new Map([['a', { distance: 2 }]]), aggregates: { mean_f1: 0.5 } };

  test('count as the worst value, and so does every aggregate that misses them', () => {
    expect(withFailedCases(results, { metrics, failed: ['b'] })).toEqual({
      cases: new Map([
        ['a', { distance: 2 }],
        ['b', { distance: 99 }],
      ]),
      aggregates: { mean_f1: -1 },
    });
    expect(withFailedCases(null, { metrics, failed: ['a', 'b'] })).toMatchObject({
      aggregates: { mean_f1: -1 },
    });
  });

  test('change nothing if there are none', () => {
    expect(withFailedCases(results, { metrics, failed: [] })).toEqual(results);
  });
});
