import { newIdempotencyKey } from './key.ts';

/** The connection broke after a request was sent, so its sender can’t know whether it arrived. */
export class ConnectionLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionLost';
  }
}

const WAITS_MS: readonly number[] = [1000, 4000];

/**
 * Sends a request that creates something. While `send` throws ConnectionLost, sends it again with the same key,
 * so that the site answers with what the first request created. After three attempts, throws ConnectionLost.
 */
export async function sendOnce<T>(
  send: (key: string) => Promise<T>,
  { key = newIdempotencyKey(), waitsMs = WAITS_MS }: { key?: string; waitsMs?: readonly number[] } = {},
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await send(key);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return send(key);
}

/** Whether a proxy answered because it lost the site, which may have done its work. */
export function isLostBehindProxy(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
