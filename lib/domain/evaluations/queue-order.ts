/**
 * In which order evaluations wait: fair queueing by start-time tags (Goyal, Vin and Cheng, 1996, without
 * weights), with time itself as the clock. Each evaluation gets a tag when it is sent,
 *
 *   tag = max(now, the team's last tag) + expected duration
 *
 * and the lowest tag goes first. So a short evaluation overtakes a long one that came a little earlier, a team
 * that sends ten gets its second turn after everybody else's first, and nobody waits for ever: what was sent so
 * long ago as it takes is overtaken by nothing that comes now.
 */
export interface Turn {
  now: Date;
  /** The highest tag among what the team still has in the queue or running; null: nothing. */
  lastTag: number | null;
  expectedSeconds: number;
}

/** Tags are whole seconds since this moment, so that they fit a 32-bit integer until 2094. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Nothing is put back further than this for its length, however long it is said to take. */
export const MAX_EXPECTED_SECONDS = 2 * 3600;

export function turnTag({ now, lastTag, expectedSeconds }: Turn): number {
  const nowSeconds = Math.floor((now.getTime() - EPOCH_MS) / 1000);
  const cost = Math.min(Math.max(1, Math.ceil(expectedSeconds)), MAX_EXPECTED_SECONDS);
  return Math.max(nowSeconds, lastTag ?? nowSeconds) + cost;
}
