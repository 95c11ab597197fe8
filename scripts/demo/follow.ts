import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../child.ts';
import type { SiteClient, Submission } from './site-client.ts';

const POLL_MS = 400;

/** A submission that is followed to its end. */
export interface Followed {
  client: SiteClient;
  id: string;
  name: string;
  phase: string;
}

/** Watches submissions until each has ended; rejects when the runner ends before. */
export async function followToEnd(
  followed: readonly Followed[],
  runner: Child,
  update: (text: string) => void,
): Promise<Submission[]> {
  const done = new Map<string, Submission>();
  while (done.size < followed.length) {
    if (runner.hasEnded()) throw new Error('The runner ended before the evaluations did.');
    const states: string[] = [];
    for (const { client, id, name, phase } of followed) {
      const submission = done.get(id) ?? (await client.submission(id));
      const { state, scored, failed, caseCount } = submission.evaluation;
      if (state !== 'QUEUED' && state !== 'RUNNING') done.set(id, submission);
      else if (state === 'RUNNING') states.push(`${name} on ${phase} ${scored + failed} of ${caseCount}`);
    }
    update(`${done.size} of ${followed.length} done${states.length > 0 ? `; ${states.join(', ')}` : ''}`);
    await delay(POLL_MS);
  }
  return [...done.values()];
}
