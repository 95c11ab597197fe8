/**
 * When queued evaluations will probably start. The queue is played forward twice by the rules by which runners take
 * work: once as if every evaluation were as fast as the fast ones of its phase, once as slow as the slow ones.
 */

/** A queued evaluation. */
export interface Waiting {
  id: string;
  teamId: string;
  phaseId: string;
  isHeld: boolean;
}

/** A runner that takes work. */
export interface Working {
  /** Those that it can run. */
  phaseIds: ReadonlySet<string>;
  current: { phaseId: string; teamId: string; elapsedSeconds: number; doneShare: number } | null;
}

/** Seconds of the fast and the slow evaluations of a phase. */
export interface Durations {
  fast: number;
  slow: number;
}

/** In seconds from now. `latest` is null if an evaluation before it has a phase that none has ended in. */
export interface ExpectedStart {
  earliest: number;
  latest: number | null;
}

/** Shares of past evaluations that are faster than the fast and the slow ones. */
export const FAST_QUANTILE = 0.1;
export const SLOW_QUANTILE = 0.9;

/**
 * By the ID of each evaluation, in the order of the queue. An evaluation that is held, or that no runner can run,
 * isn't in it. Evaluations that are submitted later may still overtake one.
 */
export function expectedStarts(
  queue: readonly Waiting[],
  runners: readonly Working[],
  durations: ReadonlyMap<string, Durations>,
): Map<string, ExpectedStart> {
  const ready = queue.filter(({ isHeld }) => !isHeld);
  const early = playForward(ready, runners, (phaseId) => durations.get(phaseId)?.fast ?? 0);
  const late = playForward(
    ready,
    runners,
    (phaseId) => durations.get(phaseId)?.slow ?? Number.POSITIVE_INFINITY,
  );
  const starts = new Map<string, ExpectedStart>();
  for (const { id } of ready) {
    const [first, last] = [early.get(id), late.get(id)];
    if (first === undefined) continue;
    const latest = last === undefined || !Number.isFinite(last) ? null : Math.max(first, last);
    // Scheduling anomalies: slower evaluations before it may let it start sooner.
    starts.set(id, { earliest: Math.min(first, last ?? first), latest });
  }
  return starts;
}

type SecondsOf = (phaseId: string) => number;

/** The start of each evaluation that some runner can run. */
function playForward(
  queue: readonly Waiting[],
  runners: readonly Working[],
  secondsOf: SecondsOf,
): Map<string, number> {
  const freeTeams = new Map<string, number>();
  const free = runners.map(({ phaseIds, current }) => {
    const at = current ? remainingSeconds(current, secondsOf) : 0;
    if (current) freeTeams.set(current.teamId, at);
    return { phaseIds, at };
  });
  const starts = new Map<string, number>();
  const waiting = [...queue];
  while (waiting.length > 0 && free.length > 0) {
    const next = free.reduce((first, one) => (one.at < first.at ? one : first));
    const index = firstRunnable(waiting, next, freeTeams);
    if (index.at !== null) {
      const { id, teamId, phaseId } = waiting[index.at]!;
      waiting.splice(index.at, 1);
      starts.set(id, next.at);
      next.at += secondsOf(phaseId);
      freeTeams.set(teamId, next.at);
    } else if (index.retryAt !== null) {
      next.at = index.retryAt;
    } else {
      // It can run nothing of what is left.
      free.splice(free.indexOf(next), 1);
    }
  }
  return starts;
}

/** The first evaluation that a free runner takes; if all have to wait for their teams' other ones, until when. */
function firstRunnable(
  waiting: readonly Waiting[],
  { phaseIds, at }: { phaseIds: ReadonlySet<string>; at: number },
  freeTeams: ReadonlyMap<string, number>,
): { at: number | null; retryAt: number | null } {
  let retryAt: number | null = null;
  for (const [index, { phaseId, teamId }] of waiting.entries()) {
    if (!phaseIds.has(phaseId)) continue;
    // A team has one running evaluation at a time.
    const freeAt = freeTeams.get(teamId) ?? 0;
    if (freeAt <= at) return { at: index, retryAt: null };
    retryAt = Math.min(retryAt ?? freeAt, freeAt);
  }
  return { at: null, retryAt };
}

/** What is left of a running evaluation: by past ones, and if it takes longer than these, by its own progress. */
function remainingSeconds(
  { phaseId, elapsedSeconds, doneShare }: NonNullable<Working['current']>,
  secondsOf: SecondsOf,
): number {
  const left = secondsOf(phaseId) - elapsedSeconds;
  if (left > 0) return left;
  return doneShare > 0 ? (elapsedSeconds * (1 - doneShare)) / doneShare : 0;
}
