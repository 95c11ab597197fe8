import type { TestSetEntry } from '#lib/api/pages/organizer/test-sets.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import { readRankedStrata } from '#lib/site/leaderboards/strata/ranked-strata.ts';
import { explainStrata } from '#lib/site/leaderboards/strata/shown-strata.ts';
import type { Site } from '#lib/site/site.ts';

/** Test sets are imported by hand, and few are replaced. */
const TEST_SETS_SHOWN = 20;

/** The test sets of a challenge, with their strata: those of a phase first, then the latest. */
export async function readTestSets(
  { db }: Pick<Site, 'db'>,
  challenge: Pick<Challenge, 'id' | 'phases'>,
): Promise<TestSetEntry[]> {
  const rows = await db.testSet.findMany({
    where: { challengeId: challenge.id },
    include: { phases: { select: { id: true, slug: true } } },
    orderBy: [{ phases: { _count: 'desc' } }, { createdAt: 'desc' }],
    take: TEST_SETS_SHOWN,
  });
  return Promise.all(
    rows.map(async ({ phases, ...row }) => {
      const { id, recipient, caseCount, bytes, sha256, createdAt, strata } = testSetFromRow(row);
      const phase = challenge.phases.find((one) => one.id === phases[0]?.id);
      const ranked = phase && strata.length > 0 ? await readRankedStrata({ db }, phase.id) : [];
      return {
        ...{ id, recipient, caseCount, bytes: Number(bytes), sha256 },
        createdAt: createdAt.toISOString(),
        phaseSlugs: phases.map(({ slug }) => slug),
        strata:
          ranked.length > 0 || !phase ? ranked : explainStrata({ ...phase, testSet: { caseCount, strata } }),
      };
    }),
  );
}
