import type { PlatformErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';

/** Runners report this often that they are alive. */
export const REPORT_EVERY_MS = 10_000;
/** Three reports are missing. */
export const SILENT_AFTER_MS = 3 * REPORT_EVERY_MS;

/** The platform error of an evaluation that is cancelled while its runner is silent. */
export const SILENCE_CODE = 'LEASE_EXPIRED' satisfies PlatformErrorCode;

/** When a runner that has last reported at `lastSeenAt` counts as silent, unless it reports again. */
export function silentFrom(lastSeenAt: Date): Date {
  return new Date(lastSeenAt.getTime() + SILENT_AFTER_MS);
}

export function isSilent(lastSeenAt: Date, now: Date): boolean {
  return now > silentFrom(lastSeenAt);
}

/** An evaluation and the runner that holds it. */
export interface HeldEvaluation {
  state: EvaluationState;
  leaseExpiresAt: Date | null;
  runner: { lastSeenAt: Date } | null;
}

/** An evaluation that is RUNNING although its runner no longer answers. */
export interface Silence {
  /** The last sign of the runner. */
  since: Date;
  /** From then on, another runner may take over. */
  leaseExpiresAt: Date;
}

/**
 * Whether the evaluation waits for a runner that is silent or has let its lease expire; null if it doesn't. No
 * event tells when that begins: `silenceCheckAt` says when to ask again.
 */
export function findSilence({ state, leaseExpiresAt, runner }: HeldEvaluation, now: Date): Silence | null {
  if (state !== 'RUNNING' || leaseExpiresAt === null) return null;
  const lastSeenAt = runner?.lastSeenAt ?? leaseExpiresAt;
  if (!isSilent(lastSeenAt, now) && leaseExpiresAt >= now) return null;
  return { since: lastSeenAt < leaseExpiresAt ? lastSeenAt : leaseExpiresAt, leaseExpiresAt };
}

/**
 * The next time at which `findSilence` may answer differently without an event; null if it can't. During a
 * silence, that is when the runner would report again.
 */
export function silenceCheckAt(held: HeldEvaluation, now: Date): Date | null {
  const { state, leaseExpiresAt, runner } = held;
  if (state !== 'RUNNING' || leaseExpiresAt === null) return null;
  if (findSilence(held, now)) return new Date(now.getTime() + REPORT_EVERY_MS);
  const times = [leaseExpiresAt, ...(runner ? [silentFrom(runner.lastSeenAt)] : [])];
  return new Date(Math.min(...times.map((at) => at.getTime())) + 1);
}
