import { z } from 'zod';
import type { RescoringsView, RescoringView } from '#lib/api/pages/organizer/rescorings.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { rescoringFromRow } from '#lib/platform/rows/rescoring.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import type { Rescoring } from '#prisma-client';
import { findOrganized, listHead } from './organized-challenge.ts';

/** A challenge has few: each is made by hand. */
const SHOWN = 20;

/** The rescorings of a challenge with what each of them changes, the latest first. For organizers. */
export async function rescoringsView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<RescoringsView> {
  const challenge = await findOrganized(site, slug, viewer);
  const rows = await site.db.rescoring.findMany({
    where: { phaseId: { in: challenge.phases.map(({ id }) => id) } },
    orderBy: { id: 'desc' },
    take: SHOWN,
  });
  const rescorings = await Promise.all(rows.map((row) => describe(site, challenge, row)));
  const viewerDecides = may('rescoring.decide', viewer, { challenge });
  return { ...listHead(site, challenge), rescorings, viewerDecides };
}

async function describe({ db }: Site, { phases }: Challenge, row: Rescoring): Promise<RescoringView> {
  const { id, phaseId, state, report, createdAt, decidedAt } = rescoringFromRow(row);
  const phase = phases.find((one) => one.id === phaseId)!;
  return {
    ...{ id, state, report },
    phaseTitle: phase.title,
    createdAt: createdAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    labels: Object.fromEntries(
      phase.metrics.map(({ metric }) => [metric, requireMetric(phase.task, metric).label]),
    ),
    // Those of an earlier version leave the leaderboard, too.
    scoredSince:
      state === 'SHADOW'
        ? await db.evaluation.count({
            where: { state: 'SCORED', finishedAt: { gt: createdAt }, submission: { phaseId } },
          })
        : 0,
  };
}

/**
 * Puts the scores of a rescoring in force, and keeps the ones that they replace. The leaderboard is then ranked from
 * scores of its versions alone. Throws NOT_FOUND, FORBIDDEN, CONFLICT.
 */
export async function publishRescoring(
  site: Site,
  slug: string,
  id: string,
  viewer: Viewer | null,
): Promise<void> {
  await decide(site, slug, id, viewer, 'rescoring.publish');
}

/** Deletes the scores of a rescoring; those in force stay. Throws NOT_FOUND, FORBIDDEN, CONFLICT. */
export async function dropRescoring(
  site: Site,
  slug: string,
  id: string,
  viewer: Viewer | null,
): Promise<void> {
  await decide(site, slug, id, viewer, 'rescoring.drop');
}

async function decide(
  site: Site,
  slug: string,
  id: string,
  viewer: Viewer | null,
  action: 'rescoring.publish' | 'rescoring.drop',
): Promise<void> {
  const challenge = await findOrganized(site, slug, viewer, 'rescoring.decide');
  const organizer = authorize('rescoring.decide', viewer, { challenge });
  const isId = z.uuid().safeParse(id).success;
  const rescoring = isId ? await site.db.rescoring.findUnique({ where: { id } }) : null;
  const phase = challenge.phases.find((one) => one.id === rescoring?.phaseId);
  if (!rescoring || !phase) throw new DomainError('NOT_FOUND', 'This rescoring doesn’t exist.');
  await site.db.$transaction(
    async (tx) => {
      if (action === 'rescoring.publish') await requireNotFrozen(tx, phase.id);
      // The site can't write scores; the functions put in force what a runner wrote (prisma/migrations).
      const [result] =
        action === 'rescoring.publish'
          ? await tx.$queryRaw<{ done: boolean }[]>`SELECT publish_rescoring(${id}::uuid) AS done`
          : await tx.$queryRaw<{ done: boolean }[]>`SELECT drop_rescoring(${id}::uuid) AS done`;
      if (!result?.done) {
        throw new DomainError(
          'CONFLICT',
          'Another organizer has already published or dropped this rescoring. Reload the page to see it.',
        );
      }
      await recordAudit(tx, organizer, action, challenge.id, { phase: phase.slug, rescoring: id });
    },
    { timeout: 300_000 },
  );
  site.shared.forget();
}

/** A final ranking keeps its scores. Throws CONFLICT. */
async function requireNotFrozen(tx: Transaction, phaseId: string): Promise<void> {
  if ((await tx.rankingSnapshot.count({ where: { phaseId, frozenAt: { not: null } } })) === 0) return;
  throw new DomainError(
    'CONFLICT',
    'The ranking of this phase is final, so its scores stay. Make it provisional under Results first.',
  );
}
