/**
 * The order of waiting evaluations: fair queueing with start-time tags (Goyal, Vin and Cheng, 1996, without
 * weights), using real time as the clock. Each evaluation gets a tag when it is submitted,
 * tag = max(now, the team's last tag) + expected duration
 * and the lowest tag goes first. So a short evaluation overtakes a long one that was submitted slightly
 * earlier, a team that submits ten gets its second turn after the first turn of every other team, and no
 * evaluation waits indefinitely: once it has waited for its own expected duration, no new evaluation
 * overtakes it.
 */
export interface Turn {
  now: Date;
  /** The highest tag among the team's queued and running evaluations; null if there are none. */
  lastTag: number | null;
  expectedSeconds: number;
}

/** Tags are whole seconds since this moment, so that they fit a 32-bit integer until 2094. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Limits how far an evaluation is put back for its length, whatever its expected duration. */
export const MAX_EXPECTED_SECONDS = 2 * 3600;

export function turnTag({ now, lastTag, expectedSeconds }: Turn): number {
  const nowSeconds = Math.floor((now.getTime() - EPOCH_MS) / 1000);
  const cost = Math.min(Math.max(1, Math.ceil(expectedSeconds)), MAX_EXPECTED_SECONDS);
  return Math.max(nowSeconds, lastTag ?? nowSeconds) + cost;
}
