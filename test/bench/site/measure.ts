import autocannon from 'autocannon';
import { quantile } from '#lib/domain/metrics/aggregate.ts';

const CONNECTIONS = 50;
/** Requests before each measurement, so that code is compiled and pages are in the caches. */
const WARM_UP_REQUESTS = 100;

export interface Target {
  url: string;
  headers: Readonly<Record<string, string>>;
}

export interface Load {
  p50Ms: number;
  p95Ms: number;
  /** Good responses. */
  perSecond: number;
  failed: number;
  /** What the first failure was. */
  failure: string | null;
}

export async function warmUp(target: Target): Promise<void> {
  await autocannon({ ...optionsFor(target), connections: 5, amount: WARM_UP_REQUESTS });
}

/** Fifty readers who ask once a second. */
export function readOncePerSecond(target: Target, seconds: number): Promise<Load> {
  return load({ ...optionsFor(target), overallRate: CONNECTIONS, duration: seconds });
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

function optionsFor({ url, headers }: Target): autocannon.Options {
  return { url, headers: { ...headers }, connections: CONNECTIONS };
}

async function load(options: autocannon.Options, stop?: AbortSignal): Promise<Load> {
  const timesMs: number[] = [];
  let good = 0;
  let failed = 0;
  let failure: string | null = null;
  const fail = (what: string) => {
    failed += 1;
    failure ??= what;
  };
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(options, (error) => (error ? reject(error) : resolve()));
    stop?.addEventListener('abort', () => instance.stop());
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      timesMs.push(milliseconds);
      if (status >= 200 && status < 300) good += 1;
      else fail(`status ${status}`);
    });
    instance.on('reqError', (error: Error) => fail(error.message));
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const sorted = timesMs.sort((a, b) => a - b);
  if (sorted.length === 0) {
    return { p50Ms: Infinity, p95Ms: Infinity, perSecond: 0, failed, failure: failure ?? 'no response' };
  }
  return {
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    perSecond: good / seconds,
    failed,
    failure,
  };
}
