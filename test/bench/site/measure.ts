import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { quantile } from '#lib/domain/metrics/aggregate.ts';

const CONNECTIONS = 50;
/** Requests before each measurement, so that code is compiled and pages are in the caches. */
const WARM_UP_REQUESTS = 100;

export interface Target {
  url: string;
  /** Of each reader. The connections take them in turn. */
  readers: readonly Readonly<Record<string, string>>[];
}

export interface Load {
  p50Ms: number;
  p95Ms: number;
  /** All responses. */
  responses: number;
  /** Good responses. */
  perSecond: number;
  failed: number;
  /** What the first failure was. */
  failure: string | null;
}

export async function warmUp(target: Target): Promise<void> {
  await autocannon({ ...optionsFor(target), connections: 5, amount: WARM_UP_REQUESTS });
}

/** Fifty readers who ask once a second, all at the same moment. */
export function readOncePerSecond(target: Target, seconds: number): Promise<Load> {
  return load({ ...optionsFor(target), overallRate: CONNECTIONS, duration: seconds });
}

/** Fifty readers who ask once a second, each at a moment of their own, as readers do who know nothing of each other. */
export async function readSpread(target: Target, seconds: number): Promise<Load> {
  const readers = Array.from({ length: CONNECTIONS }, async (_, reader) => {
    await sleep((1000 * reader) / CONNECTIONS);
    const one = { ...target, readers: [target.readers[reader % target.readers.length]!] };
    return record({ ...optionsFor(one), connections: 1, connectionRate: 1, duration: seconds });
  });
  const startedAt = performance.now();
  return summarize(await Promise.all(readers), startedAt);
}

/** Fifty connections that ask again as soon as they have their answer. */
export function saturate(target: Target, seconds: number): Promise<Load> {
  return load({ ...optionsFor(target), duration: seconds });
}

/** Fifty readers who ask once a second until `work` has ended. */
export async function whileBeingRead<Result>(
  target: Target,
  work: () => Promise<Result>,
): Promise<{ result: Result; load: Load }> {
  const abort = new AbortController();
  const reading = load({ ...optionsFor(target), overallRate: CONNECTIONS, duration: 600 }, abort.signal);
  try {
    const result = await work();
    abort.abort();
    return { result, load: await reading };
  } finally {
    abort.abort();
    await reading;
  }
}

function optionsFor({ url, readers }: Target): autocannon.Options {
  let connected = 0;
  return {
    url,
    connections: CONNECTIONS,
    setupClient: (client) => client.setHeaders({ ...readers[connected++ % readers.length] }),
  };
}

async function load(options: autocannon.Options, stop?: AbortSignal): Promise<Load> {
  const startedAt = performance.now();
  return summarize([await record(options, stop)], startedAt);
}

interface Recorded {
  timesMs: number[];
  good: number;
  failed: number;
  failure: string | null;
}

async function record(options: autocannon.Options, stop?: AbortSignal): Promise<Recorded> {
  const recorded: Recorded = { timesMs: [], good: 0, failed: 0, failure: null };
  const fail = (what: string) => {
    recorded.failed += 1;
    recorded.failure ??= what;
  };
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(options, (error) => (error ? reject(error) : resolve()));
    stop?.addEventListener('abort', () => instance.stop());
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      recorded.timesMs.push(milliseconds);
      if (status >= 200 && status < 300) recorded.good += 1;
      else fail(`status ${status}`);
    });
    instance.on('reqError', (error: Error) => fail(error.message));
  });
  return recorded;
}

function summarize(parts: readonly Recorded[], startedAt: number): Load {
  const seconds = (performance.now() - startedAt) / 1000;
  const sum = (value: (part: Recorded) => number) => parts.reduce((total, part) => total + value(part), 0);
  const sorted = parts.flatMap(({ timesMs }) => timesMs).sort((a, b) => a - b);
  const failed = sum((part) => part.failed);
  const failure = parts.find((part) => part.failure !== null)?.failure ?? null;
  if (sorted.length === 0) {
    const none = { p50Ms: Infinity, p95Ms: Infinity, responses: 0, perSecond: 0 };
    return { ...none, failed, failure: failure ?? 'no response' };
  }
  return {
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    responses: sorted.length,
    perSecond: sum((part) => part.good) / seconds,
    failed,
    failure,
  };
}
