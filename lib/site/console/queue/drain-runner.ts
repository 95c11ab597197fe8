import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Asks a runner to finish its evaluation and to take no new one, or to take work again. It reads that with its next
 * report, and keeps to it after a restart. Runners that serve several challenges are the administrators' to drain:
 * the organizers of one can't stop the others. Throws NOT_FOUND, FORBIDDEN.
 */
export async function drainRunner(
  site: Site,
  slug: string,
  { runner: runnerId, drain }: { runner: string; drain: boolean },
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('runner.drain', viewer, { challenge });
  await site.db.$transaction(async (tx) => {
    const id = z.uuid().safeParse(runnerId).data;
    const runner = id ? await tx.runner.findUnique({ where: { id } }) : null;
    if (!runner) throw new DomainError('NOT_FOUND', 'This runner doesn’t exist any more.');
    const { recipient } = runner;
    const elsewhere = { testSet: { recipient }, challengeId: { not: challenge.id } };
    if (!organizer.isAdmin && (await tx.phase.count({ where: elsewhere })) > 0) {
      throw new DomainError(
        'FORBIDDEN',
        'This runner also serves other challenges. Ask an administrator to drain it.',
      );
    }
    if ((runner.drainRequestedAt !== null) === drain) return;
    await tx.runner.update({
      where: { id: runner.id },
      data: {
        drainRequestedAt: drain ? site.now() : null,
        drainRequestedBy: drain ? organizer.name : null,
      },
      select: { id: true },
    });
    const change = { before: { draining: !drain }, after: { draining: drain } };
    const action = drain ? 'runner.drain' : 'runner.undrain';
    await recordAudit(tx, organizer, action, challenge.id, { runner: runner.name }, change);
  });
  site.expectedStarts.forget('queue');
}
