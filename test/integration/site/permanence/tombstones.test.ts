import { afterAll, beforeAll, expect, test } from 'vitest';
import { tombstoneReasonSchema } from '#lib/domain/submissions/tombstone.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { liftTombstone, placeTombstone } from '#lib/site/submissions/tombstones.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

const scored = (dice: number) => scoredSubmission(here.database, scene, [dice, dice]);

async function rankedTeams(): Promise<string[]> {
  await here.site.rankings.refresh(scene.phaseId);
  const { entries } = await wholeLeaderboard(here.site, scene.challengeSlug, 'test', null);
  return entries.map(({ teamSlug }) => teamSlug);
}

test('a submission with a tombstone leaves the ranking, and comes back when it is lifted', async () => {
  const { db } = here.site;
  const [first, second] = [await scored(0.9), await scored(0.5)];
  expect(await rankedTeams()).toEqual([first.team.slug, second.team.slug]);

  const decision = { kind: 'EXCLUDED', reason: 'Trained on test cases', decidedById: first.userId } as const;
  await db.$transaction((tx) => placeTombstone(tx, first, decision));
  expect(await rankedTeams()).toEqual([second.team.slug]);
  await expect(db.$transaction((tx) => placeTombstone(tx, first, decision))).rejects.toMatchObject({
    code: 'CONFLICT',
  });

  const undo = { undoneById: first.userId, now: here.site.now() };
  await db.$transaction((tx) => liftTombstone(tx, first, undo));
  expect(await rankedTeams()).toEqual([first.team.slug, second.team.slug]);
  await expect(db.$transaction((tx) => liftTombstone(tx, first, undo))).rejects.toMatchObject({
    code: 'CONFLICT',
  });

  await db.$transaction((tx) => placeTombstone(tx, first, { ...decision, kind: 'WITHDRAWN' }));
  expect(await db.tombstone.findMany({ where: { submissionId: first.id }, orderBy: { id: 'asc' } })).toEqual([
    expect.objectContaining({ kind: 'EXCLUDED', undoneById: first.userId }),
    expect.objectContaining({ kind: 'WITHDRAWN', undoneById: null }),
  ]);
});

test('the database keeps one standing tombstone of a submission, and what was decided', async () => {
  const submission = await scored(0.7);
  const { site } = here.database;
  const data = {
    submissionId: submission.id,
    kind: 'EXCLUDED',
    reason: 'No code',
    decidedById: submission.userId,
  } as const;
  await site.tombstone.create({ data });
  await expect(site.tombstone.create({ data })).rejects.toThrow(/Unique constraint/);
  const where = { submissionId: submission.id };
  await expect(site.tombstone.updateMany({ where, data: { reason: 'Another' } })).rejects.toThrow(
    /permission denied/,
  );
  await expect(site.tombstone.deleteMany({ where })).rejects.toThrow(/permission denied/);
});

test('a public reason is one line of visible characters', () => {
  expect(tombstoneReasonSchema.parse('  Trained on\n the   test cases ')).toBe('Trained on the test cases');
  for (const wrong of ['', '  \n', 'x'.repeat(501), 'a\u202Eb']) {
    expect(tombstoneReasonSchema.safeParse(wrong).success).toBe(false);
  }
});
