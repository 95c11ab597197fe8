import { counted } from '#lib/domain/units.ts';
import { type Quota, quotaLeft } from './quota.ts';

/** Why a team can't submit now, and when it can again. */
export interface UsedUp {
  limit: 'total' | 'day' | 'rolling' | 'atOnce';
  /** null where no time decides it: for the total, and until one of the submissions at once has ended. */
  at: Date | null;
}

/** The limit that a team must wait for longest; null if it may submit now. */
export function usedUp(quota: Quota): UsedUp | null {
  const left = quotaLeft(quota);
  if (left.total === 0) return { limit: 'total', at: null };
  const { rolling, atOnce, resetsAt } = quota;
  const day: UsedUp | null = left.today === 0 ? { limit: 'day', at: resetsAt } : null;
  const window: UsedUp | null = rolling?.freeAt ? { limit: 'rolling', at: rolling.freeAt } : null;
  if (day && window) return window.at! > resetsAt ? window : day;
  if (day || window) return day ?? window;
  return atOnce && atOnce.unfinished >= atOnce.limit ? { limit: 'atOnce', at: null } : null;
}

type Counts = Pick<Quota, 'perDay' | 'total'> & {
  rolling: { limit: number; hours: number } | null;
  atOnce: { limit: number; unfinished: number } | null;
};

/** What is used up, in a sentence. */
export function describeUsedUp({ perDay, total, rolling, atOnce }: Counts, limit: UsedUp['limit']): string {
  if (limit === 'total') {
    return `Your team has used ${total === 1 ? 'the one submission' : `all ${total} submissions`} of this phase.`;
  }
  if (limit === 'day') return `Your team has used its ${counted(perDay, 'submission')} for today.`;
  if (limit === 'rolling') {
    return `Your team has used its ${counted(rolling!.limit, 'submission')} of the last ${rolling!.hours} h.`;
  }
  const { unfinished, limit: most } = atOnce!;
  return `Your team has ${counted(unfinished, 'submission')} waiting or running in this phase, which takes ${most} at once.`;
}
