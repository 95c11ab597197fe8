import { z } from 'zod';
import type { OrganizerView, ScorerEntry } from '#lib/api/pages/organizer.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';

/** Versions are imported by hand. */
const SCORERS_SHOWN = 30;

const detailSchema = z.object({ scorer: z.string() });

/** The organizers' scorers, and how many evaluations wait for a repaired one. */
export async function readScorers(
  site: Pick<Site, 'db'>,
  { id, phases }: Pick<Challenge, 'id' | 'phases'>,
): Promise<Pick<OrganizerView, 'scorers' | 'waitingForScorer'>> {
  const scored = phases.filter(({ task }) => task.scoring.kind === 'container');
  if (scored.length === 0) return { scorers: [], waitingForScorer: 0 };
  const [scorers, waitingForScorer] = await Promise.all([
    readVersions(site, id, scored),
    countWaiting(site, scored),
  ]);
  return { scorers, waitingForScorer };
}

type Phases = Pick<Challenge, 'phases'>['phases'];

/** The versions, by phase and then the latest first. */
async function readVersions(
  { db }: Pick<Site, 'db'>,
  challengeId: string,
  scored: Phases,
): Promise<ScorerEntry[]> {
  const [rows, events] = await Promise.all([
    db.scorer.findMany({
      where: { phaseId: { in: scored.map((phase) => phase.id) } },
      orderBy: [{ version: 'desc' }, { phaseId: 'asc' }],
      take: SCORERS_SHOWN,
    }),
    // Who imported a version stands in the audit trail alone.
    db.auditEvent.findMany({
      where: { challengeId, action: 'scorer.import' },
      orderBy: { id: 'desc' },
      take: SCORERS_SHOWN,
    }),
  ]);
  const importedBy = new Map(
    events.flatMap(({ actor, detail }) => {
      const parsed = detailSchema.safeParse(detail);
      return parsed.success ? [[parsed.data.scorer, actor] as const] : [];
    }),
  );
  return scored.flatMap(({ id: phaseId, title }) =>
    rows
      .filter((row) => row.phaseId === phaseId)
      .map(({ id: scorerId, version, fileName, bytes, sha256, createdAt }, index) => ({
        id: scorerId,
        phaseTitle: title,
        version,
        fileName,
        bytes: Number(bytes),
        sha256,
        createdAt: createdAt.toISOString(),
        importedBy: importedBy.get(scorerId) ?? null,
        // Runners take the latest version.
        isInForce: index === 0,
      })),
  );
}

/** Evaluations whose cases are done and whose scorer failed. */
function countWaiting({ db }: Pick<Site, 'db'>, scored: Phases): Promise<number> {
  return db.evaluation.count({
    where: {
      state: 'QUEUED',
      platformCode: 'SCORER_FAILED',
      submission: { phaseId: { in: scored.map(({ id }) => id) } },
    },
  });
}
