/**
 * The order of the queue: fair queueing with tags (Goyal, Vin and Cheng, 1996, without weights) and real time
 * as the clock. Each evaluation gets a tag when it is submitted,
 *
 *   tag = max(now, the team's last tag) + expected duration
 *
 * and the lowest tag runs first. So a short evaluation can overtake a longer one that was submitted slightly
 * earlier, and a team that submits ten evaluations gets its second turn after every other team's first. No
 * evaluation starves: once it has waited for its own expected duration, new submissions can't overtake it.
 */
export interface QueueTagInput {
  now: Date;
  /** The highest tag of the team's queued and running evaluations; null if it has none. */
  lastTag: number | null;
  expectedSeconds: number;
}

/** Tags count whole seconds from this moment, so that they fit into a 32-bit integer until 2094. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Upper limit for the expected duration, so that a long evaluation isn't delayed further for its length. */
export const MAX_EXPECTED_SECONDS = 2 * 3600;

export function queueTag({ now, lastTag, expectedSeconds }: QueueTagInput): number {
  const nowSeconds = Math.floor((now.getTime() - EPOCH_MS) / 1000);
  const durationSeconds = Math.min(Math.max(1, Math.ceil(expectedSeconds)), MAX_EXPECTED_SECONDS);
  return Math.max(nowSeconds, lastTag ?? nowSeconds) + durationSeconds;
}
