import { noNumberOf, readBoundedJson } from '../bounded-json.ts';
import type { DeclaredMetric } from '../declared-metrics.ts';

/**
 * Reads what an organizer's scorer wrote to /output/metrics.json:
 *
 *   { "results": [ { "pk": "case-1", "dice": 0.8 }, … ], "aggregates": { "dice": { "mean": 0.8 } } }
 *
 * The file is untrusted: a prediction may have taken control of the scorer. Only declared metrics are read, each case
 * must be there once, and every value must be a number in the declared range.
 */
export interface ScorerResults {
  /** Values by metric, for each case by its name. Empty if no declared metric has a value for each case. */
  cases: ReadonlyMap<string, Readonly<Record<string, number>>>;
  aggregates: Readonly<Record<string, number>>;
}

/** `problem` is a sentence for organizers: it can hold names of cases and what the scorer wrote. */
export type ReadResults = { ok: true; results: ScorerResults } | { ok: false; problem: string };

export const MAX_METRICS_BYTES = 64 * 2 ** 20;
const BOUNDS = { maxBytes: MAX_METRICS_BYTES, maxDepth: 32, maxValues: 1_000_000 };
const FILE = 'metrics.json';
const CASE_KEYS = ['pk', 'case'] as const;
/** No scorer needs these keys, and programs that copy objects stumble over them. */
const REFUSED_KEYS = ['__proto__', 'constructor', 'prototype'] as const;
const MAX_QUOTED = 100;

/**
 * The results with the cases that failed before the scorer saw them: each counts as the worst value of every metric,
 * so that a scorer can't leave it out. An aggregate that misses a case counts as its worst value as a whole, because
 * nobody but the scorer knows what the case would have changed.
 *
 * @param results null if no case was left for the scorer.
 */
export function withFailedCases(
  results: ScorerResults | null,
  { metrics, failed }: { metrics: readonly DeclaredMetric[]; failed: readonly string[] },
): ScorerResults {
  const worstOf = (declared: readonly DeclaredMetric[]) =>
    Object.fromEntries(declared.map(({ name, worst }) => [name, worst]));
  const perCase = metrics.filter((metric) => metric.case !== undefined);
  const cases = new Map(results?.cases);
  if (perCase.length > 0) for (const name of failed) cases.set(name, worstOf(perCase));
  const isWhole = results !== null && failed.length === 0;
  const aggregates = isWhole
    ? results.aggregates
    : worstOf(metrics.filter((metric) => metric.aggregate !== undefined));
  return { cases, aggregates };
}

/** Ends the reading; its message is the problem. */
class Problem extends Error {}

type JsonObject = Readonly<Record<string, unknown>>;

/** @param caseNames the cases of predictions.json, as their `pk`. */
export function readScorerResults(
  bytes: Uint8Array,
  { metrics, caseNames }: { metrics: readonly DeclaredMetric[]; caseNames: readonly string[] },
): ReadResults {
  const read = readBoundedJson(bytes, BOUNDS);
  if (read.kind === 'invalid') return { ok: false, problem: `${FILE} ${read.message}` };
  try {
    const root = requireObject(read.value, FILE);
    const results = { cases: readCases(root, metrics, caseNames), aggregates: readAggregates(root, metrics) };
    if (read.noNumber !== null) throw new Problem(`${FILE} holds ${describeNoNumber(read.noNumber)}`);
    return { ok: true, results };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
}

function readCases(
  root: JsonObject,
  metrics: readonly DeclaredMetric[],
  caseNames: readonly string[],
): ScorerResults['cases'] {
  const perCase = metrics.filter((metric) => metric.case !== undefined);
  // A scorer that only aggregates need not list its cases.
  if (perCase.length === 0) return new Map();
  const entries = own(root, 'results');
  if (!Array.isArray(entries))
    throw new Problem(`${FILE} must have a list "results", but there it holds ${describe(entries)}.`);
  const expected = new Set(caseNames);
  const cases = new Map<string, Record<string, number>>();
  for (const [index, item] of entries.entries()) {
    const entry = requireObject(item, `results[${index}]`);
    const name = caseOf(entry, index);
    const place = `The result of case ${quote(name)}`;
    if (!expected.has(name)) throw new Problem(`${place} is for a case that isn’t in predictions.json.`);
    if (cases.has(name)) throw new Problem(`${place} is there twice.`);
    const values = perCase.map((metric) => [metric.name, readNumber(entry, metric.case!, { metric, place })]);
    cases.set(name, Object.fromEntries(values));
  }
  const missing = caseNames.filter((name) => !cases.has(name));
  if (missing.length === 0) return cases;
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  throw new Problem(`${FILE} has no result of case ${quote(missing[0]!)}${others}.`);
}

function caseOf(entry: JsonObject, index: number): string {
  const names = CASE_KEYS.map((key) => own(entry, key)).filter((name) => name !== undefined);
  const [name] = names;
  if (typeof name !== 'string') {
    throw new Problem(
      `results[${index}] doesn’t say which case it is for: give it "pk", as predictions.json does.`,
    );
  }
  if (names.some((other) => other !== name))
    throw new Problem(`results[${index}] has a "pk" and a "case" that differ.`);
  return name;
}

function readAggregates(root: JsonObject, metrics: readonly DeclaredMetric[]): Record<string, number> {
  const declared = metrics.filter((metric) => metric.aggregate !== undefined);
  const values = declared.map((metric) => {
    const keys = metric.aggregate!.split('.');
    let place = 'aggregates';
    let object = requireObject(own(root, place), `"${place}" in ${FILE}`);
    for (const key of keys.slice(0, -1)) {
      place = `${place}.${key}`;
      object = requireObject(own(object, key), `"${place}" in ${FILE}`);
    }
    return [metric.name, readNumber(object, keys.at(-1)!, { metric, place: `"${place}" in ${FILE}` })];
  });
  return Object.fromEntries(values);
}

function readNumber(
  object: JsonObject,
  key: string,
  { metric, place }: { metric: DeclaredMetric; place: string },
): number {
  const value = own(object, key);
  if (value === undefined) throw new Problem(`${place} has no ${quote(key)}.`);
  const noNumber = noNumberOf(value);
  if (noNumber !== null) throw new Problem(`${place} has as ${quote(key)} ${describeNoNumber(noNumber)}`);
  if (typeof value !== 'number')
    throw new Problem(`${place} must have a number as ${quote(key)}, but has ${describe(value)}.`);
  if (!Number.isFinite(value))
    throw new Problem(`${place} has as ${quote(key)} a number that is too large to be stored.`);
  const [least, most] = metric.range;
  if ((least !== null && value < least) || (most !== null && value > most))
    throw new Problem(
      `${place} has ${value} as ${quote(key)}, but it must be ${describeRange(least, most)}.`,
    );
  return value;
}

/** Only what the object itself holds: never what every object inherits. */
function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function requireObject(value: unknown, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem(`${place} must be an object, but is ${describe(value)}.`);
  const refused = REFUSED_KEYS.find((key) => Object.hasOwn(value, key));
  if (refused) throw new Problem(`${place} has the key ${quote(refused)}, which isn’t allowed.`);
  return value as JsonObject;
}

function describeRange(least: number | null, most: number | null): string {
  if (least === null) return `at most ${most}`;
  return most === null ? `at least ${least}` : `between ${least} and ${most}`;
}

function describeNoNumber(noNumber: string): string {
  return `${noNumber}, which Python’s json writes although it is no JSON. Write the number that an undefined value counts as.`;
}

function describe(value: unknown): string {
  const noNumber = noNumberOf(value);
  if (noNumber !== null) return noNumber;
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `the text ${quote(value)}` : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}
