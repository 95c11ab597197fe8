import { IDEMPOTENCY_KEY_HOURS, newIdempotencyKey } from '#lib/api/idempotency/key.ts';

/**
 * The idempotency key of each request that this browser has sent without learning that it succeeded. Kept across
 * reloads and shared by all tabs, so that the same submission sent again, or from two tabs, is made once.
 */
const STORAGE_KEY = 'heldout.request-keys';
const KEPT_MS = IDEMPOTENCY_KEY_HOURS * 3_600_000;

interface KeptKey {
  key: string;
  atMs: number;
}

type KeptKeys = Record<string, KeptKey>;

/** Where keys are kept if the browser allows no storage: only until the page is closed. */
let inMemory = '{}';

function read(): KeptKeys {
  try {
    const kept = JSON.parse(storage()?.getItem(STORAGE_KEY) ?? inMemory) as KeptKeys;
    return Object.fromEntries(Object.entries(kept).filter(([, { atMs }]) => Date.now() - atMs < KEPT_MS));
  } catch {
    return {};
  }
}

function write(keys: KeptKeys): void {
  inMemory = JSON.stringify(keys);
  try {
    storage()?.setItem(STORAGE_KEY, inMemory);
  } catch {
    // Full: the page still has them in memory.
  }
}

function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    // Blocked in the browser’s settings.
    return null;
  }
}

/** The key of a request, from everything that it asks for; a new one unless it has been sent before. */
export function requestKey(request: string): string {
  const keys = read();
  const key = keys[request]?.key ?? newIdempotencyKey();
  write({ ...keys, [request]: { key, atMs: keys[request]?.atMs ?? Date.now() } });
  return key;
}

/** After these requests have succeeded: the next ones like them are new requests. */
export function forgetRequestKeys(requests: readonly string[]): void {
  const keys = read();
  for (const request of requests) delete keys[request];
  write(keys);
}
