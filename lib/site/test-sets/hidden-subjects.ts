import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { HiddenSubjects } from '#lib/api/test-sets/test-sets.ts';
import { subjectHashesSchema } from '#lib/domain/test-sets/subjects.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';

/** The keyed hashes of the scans in the test sets of a challenge. Without the organizer's key they say nothing. */
export async function readHiddenSubjects(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<HiddenSubjects> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('testset.readSubjects', viewer, { challenge });
  const phases = await site.db.phase.findMany({
    where: { challengeId: challenge.id, testSetId: { not: null } },
    orderBy: { slug: 'asc' },
    select: { slug: true, testSet: { select: { id: true, subjects: true } } },
  });
  return phases.map(({ slug: phase, testSet }) => ({
    phase,
    subjects:
      testSet?.subjects == null
        ? null
        : parseColumn(subjectHashesSchema, testSet.subjects, {
            table: 'TestSet',
            id: testSet.id,
            column: 'subjects',
          }),
  }));
}
