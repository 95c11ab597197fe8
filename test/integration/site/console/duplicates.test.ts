import { afterAll, beforeAll, expect, test } from 'vitest';
import { duplicatesQuerySchema } from '#lib/api/pages/organizer/duplicates.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { duplicatesView } from '#lib/site/console/duplicates-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  organizer = await here.newViewer();
  const data = { challengeId: scene.challengeId, userId: organizer.userId, role: 'REVIEWER' as const };
  await here.database.owner.organizer.create({ data });
});
afterAll(() => here.close());

const MARKS = ['1'.repeat(32), '2'.repeat(32), '4'.repeat(32)] as const;

/** A scored submission with this image and these marks of its two cases; returns its ID. */
async function scored(imageDigest: string | null, marks: readonly (string | null)[], of = scene) {
  const { owner } = here.database;
  const id = await of.evaluation();
  await owner.evaluation.update({ where: { id }, data: { imageDigest } });
  const metrics = { dice: 0.5, volume_difference: 1 };
  const cases = marks.map((outputMark) => ({ status: 'SCORED' as const, metrics, outputMark }));
  await recordScores(here.database, id, cases);
  return (await owner.evaluation.findUniqueOrThrow({ where: { id } })).submissionId;
}

const read = (query: object, viewer = organizer) =>
  duplicatesView(here.site, scene.challengeSlug, viewer, duplicatesQuerySchema.parse(query));

test('submissions of several teams with the same image or outputs are found, and nothing else', async () => {
  const { owner } = here.database;
  const first = await scored('sha256:a', [MARKS[0], MARKS[1]]);
  const other = await scored('sha256:b', [MARKS[0], MARKS[2]]);
  const copy = await scored('sha256:a', [MARKS[2], null]);
  const sameOutputs = await scored('sha256:c', [MARKS[1], MARKS[0]]);
  // Of one team, of another challenge, and without outputs.
  const { teamId } = await owner.submission.findUniqueOrThrow({ where: { id: other } });
  const again = await scored('sha256:b', [MARKS[0], MARKS[2]]);
  await owner.submission.update({ where: { id: again }, data: { teamId } });
  await scored('sha256:a', [MARKS[0], MARKS[1]], await newScene(owner));
  await scored(null, [null, null]);
  await scored(null, [null, null]);

  const groups = (view: Awaited<ReturnType<typeof read>>) =>
    view.groups.map(({ submissions, teamCount }) => [teamCount, submissions.map(({ id }) => id)]);
  expect(groups(await read({}))).toEqual([[2, [copy, first]]]);
  // In whatever order the cases ended.
  expect(groups(await read({ kind: 'outputs' }))).toEqual([[2, [sameOutputs, first]]]);

  const later = await scored('sha256:b', [MARKS[1], MARKS[2]]);
  const [page, next] = [await read({ limit: 1 }), await read({ limit: 1, after: copy })];
  expect([page.groups[0]!.id, page.next, next.groups]).toEqual([later, later, []]);
  expect((await read({ limit: 1, after: later })).groups[0]!.id).toBe(copy);
  await expect(read({}, await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a case that is recorded twice is in the mark once', async () => {
  const id = await scene.evaluation();
  const metrics = { dice: 0.5, volume_difference: 1 };
  const one = { status: 'SCORED' as const, metrics, outputMark: MARKS[0], caseIndex: 0 };
  await recordScores(here.database, id, [one, one, { ...one, caseIndex: 1, outputMark: MARKS[1] }]);
  const [row] = await here.database.owner.$queryRaw<{ same: boolean }[]>`
    SELECT "outputMark" = ('x' || ${'3'.repeat(32)}::text)::bit(128) AS same FROM "Evaluation" WHERE id = ${id}::uuid`;
  // 1 xor 2 is 3.
  expect(row).toEqual({ same: true });
});
