import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { Database } from '#lib/platform/database.ts';
import { type EvaluationQueue, openQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';

/** A queue keeps jobs for a week after their end. */
const KEPT_JOBS = 3000;
const INSERTED_AT_ONCE = 500;

/** Jobs of queued and running evaluations, and of the latest that have ended. */
export async function createJobs(db: Database, ownerUrl: string): Promise<void> {
  const queue = await openQueue(ownerUrl, { purpose: 'send', onError: () => undefined });
  try {
    await insertEnded(db, queue);
    for (const { id } of await evaluationsIn(db, ['RUNNING'])) {
      await db.$transaction((tx) => sendEvaluation(queue, tx, id));
      await db.$executeRaw`
        UPDATE pgboss.job SET state = 'active', started_on = now() WHERE data->>'evaluationId' = ${id}`;
    }
    for (const { id } of await evaluationsIn(db, ['QUEUED'])) {
      await db.$transaction((tx) => sendEvaluation(queue, tx, id));
    }
  } finally {
    await queue.stop({ graceful: false });
  }
}

async function insertEnded(db: Database, queue: EvaluationQueue): Promise<void> {
  const [{ name } = { name: '' }] = await queue.getQueues();
  const ended = await evaluationsIn(db, ['SCORED', 'FAILED', 'CANCELLED']);
  for (let start = 0; start < KEPT_JOBS; start += INSERTED_AT_ONCE) {
    const jobs = ended.slice(start, start + INSERTED_AT_ONCE).map(({ id, submission }) => ({
      id: crypto.randomUUID(),
      data: { evaluationId: id },
      singletonKey: submission.teamId,
      group: { id: submission.phaseId },
    }));
    await queue.insert(name, jobs);
    const ids = jobs.map(({ id }) => id);
    await queue.complete(name, ids, null, { includeQueued: true });
  }
}

/** The latest ones first. */
function evaluationsIn(db: Database, states: EvaluationState[]) {
  return db.evaluation.findMany({
    where: { state: { in: states } },
    select: { id: true, submission: { select: { teamId: true, phaseId: true } } },
    orderBy: { id: 'desc' },
    take: KEPT_JOBS,
  });
}
