import { utcClockNear } from '#components/format/time.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { MINUTE_MS } from '#lib/domain/minutes.ts';

/** Why a running evaluation makes no progress, and what happens next; null while its runner answers. */
export function formatSilence(
  { runnerSilence, waitsFor }: Pick<EvaluationView, 'runnerSilence' | 'waitsFor'>,
  nowMs: number,
): string | null {
  if (runnerSilence === null) return null;
  const { since, leaseExpiresAt } = runnerSilence;
  const asOf = new Date(nowMs).toISOString();
  const sentences = [
    `Waiting for a runner that stopped answering, since ${utcClockNear(since, asOf)} UTC.`,
    nextSentence(leaseExpiresAt, waitsFor, asOf),
    'Scored cases are kept, and this uses no quota.',
  ];
  return sentences.join(' ');
}

function nextSentence(leaseExpiresAt: string, waitsFor: string | null, asOf: string): string {
  if (waitsFor !== null) return `No other runner can take over yet. ${waitsFor}`;
  const text = formatTakeover(leaseExpiresAt, asOf);
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** When another runner takes an evaluation from a silent one. */
export function formatTakeover(leaseExpiresAt: string | null, asOf: string): string {
  if (leaseExpiresAt === null || leaseExpiresAt <= asOf)
    return 'its lease has expired, so the next free runner takes over';
  // Rounded up, because the lease is over by then.
  const minute = Math.ceil(Date.parse(leaseExpiresAt) / MINUTE_MS) * MINUTE_MS;
  return `another runner takes over when the lease expires at ${utcClockNear(new Date(minute).toISOString(), asOf)} UTC`;
}
