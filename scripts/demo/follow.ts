import { setTimeout as delay } from 'node:timers/promises';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import type { Child } from '#scripts/child.ts';
import type { SiteClient } from './site-client.ts';

const POLL_MS = 400;

/** A submission to follow until it ends. */
export interface Followed {
  client: SiteClient;
  id: string;
  name: string;
  phase: string;
}

/** Follows submissions until all have ended. Rejects if the runner exits before. */
export async function followToEnd(
  followed: readonly Followed[],
  runner: Child,
  update: (text: string) => void,
): Promise<SubmissionView[]> {
  const done = new Map<string, SubmissionView>();
  while (done.size < followed.length) {
    if (runner.hasEnded()) throw new Error('The runner exited before the evaluations had finished.');
    const seen: Seen[] = [];
    for (const { client, id, name, phase } of followed) {
      const submission = done.get(id) ?? (await client.submission(id));
      seen.push({ name, phase, evaluation: submission.evaluation });
      if (isFinal(submission.evaluation.state)) done.set(id, submission);
    }
    update(followText(seen));
    await delay(POLL_MS);
  }
  return [...done.values()];
}

type Seen = Pick<Followed, 'name' | 'phase'> & {
  evaluation: Pick<EvaluationView, 'state' | 'caseCount' | 'scored' | 'failed' | 'waitsFor'>;
};

/** Progress in one line. Says why evaluations wait, because the demo would seem to hang otherwise. */
export function followText(seen: readonly Seen[]): string {
  const done = seen.filter(({ evaluation }) => isFinal(evaluation.state)).length;
  const running = seen
    .filter(({ evaluation }) => evaluation.state === 'RUNNING')
    .map(({ name, phase, evaluation: { scored, failed, caseCount } }) => {
      return `${name} on ${phase} ${scored + failed} of ${caseCount}`;
    });
  const waiting = seen.flatMap(({ evaluation: { waitsFor } }) => waitsFor ?? []);
  const reasons = [...new Set(waiting)].join(' ');
  return [
    `${done} of ${seen.length} done`,
    ...(running.length > 0 ? [running.join(', ')] : []),
    ...(reasons === '' ? [] : [`${waiting.length} can’t start here. ${reasons}`]),
  ].join('; ');
}
