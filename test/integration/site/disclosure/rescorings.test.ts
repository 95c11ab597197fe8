import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricScores } from '#lib/domain/evaluations/metric-scores.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { storeRescoring } from '#lib/evaluations/store-rescoring.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { dropRescoring, publishRescoring, rescoringsView } from '#lib/site/console/rescorings.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

async function newPhase(): Promise<Scene> {
  const scene = await newScene(here.database.owner);
  const metrics = [{ metric: 'dice', weight: 1 }];
  await here.database.owner.phase.update({ where: { id: scene.phaseId }, data: { metrics } });
  return scene;
}

const toCase = (dice: number) => ({ status: 'SCORED' as const, metrics: { dice }, undefinedMetrics: [] });

/** A scored submission of a new team. */
async function scored(scene: Scene, dice: readonly number[]) {
  const evaluationId = await scene.evaluation();
  await recordScores(here.database, evaluationId, dice.map(toCase));
  const { submissionId } = await here.database.owner.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
  });
  return { evaluationId, submissionId };
}

/** Stores scores in version 2, as a runner does. */
async function rescored(scene: Scene, rows: readonly { evaluationId: string; dice: readonly number[] }[]) {
  const metric = { ...requireMetric(STROKE_T1, 'dice'), version: 2 };
  const cases = { scoredAgain: 2 * rows.length, failed: 0, notKept: 0, lost: 0 };
  const report = { changed: true, summary: 'MEAN' as const, cases, submissions: [] };
  return storeRescoring(
    here.database.runner,
    { phaseId: scene.phaseId, versions: { dice: 2 }, report },
    rows.map(({ evaluationId, dice }) => ({
      evaluationId,
      scores: metricScores(dice.map(toCase), [metric], { dice: 0 }),
      cases: dice.map((value, caseIndex) => ({ ...toCase(value), caseIndex, code: null, message: null })),
    })),
  );
}

async function entries({ phaseId, challengeSlug }: Scene) {
  await here.site.rankings.refresh(phaseId);
  const { entries: found, metrics } = await wholeLeaderboard(here.site, challengeSlug, 'test', null);
  return {
    version: metrics[0]!.version,
    ranked: found.map(({ submissionId, scores }) => [submissionId, scores[0]!.value]),
  };
}

const dice = async (evaluationId: string) => {
  const row = await here.database.owner.score.findFirstOrThrow({ where: { evaluationId, metric: 'dice' } });
  return [row.version, row.mean];
};

async function editorOf({ challengeId }: Scene, role: 'EDITOR' | 'REVIEWER' = 'EDITOR') {
  const viewer = await here.newViewer();
  await here.database.owner.organizer.create({ data: { challengeId, userId: viewer.userId, role } });
  return viewer;
}

test('a rescoring changes nothing until it is published, and then keeps the scores that it replaced', async () => {
  const scene = await newPhase();
  const [one, two] = [await scored(scene, [0.9, 0.7]), await scored(scene, [0.6, 0.6])];
  const before = await entries(scene);
  expect(before).toEqual({
    version: 1,
    ranked: [
      [one.submissionId, 0.8],
      [two.submissionId, 0.6],
    ],
  });
  const { id } = await rescored(scene, [
    { evaluationId: one.evaluationId, dice: [0.5, 0.5] },
    { evaluationId: two.evaluationId, dice: [0.7, 0.7] },
  ]);
  expect(await entries(scene)).toEqual(before);
  const editor = await editorOf(scene);
  await publishRescoring(here.site, scene.challengeSlug, id, editor);
  expect(await entries(scene)).toEqual({
    version: 2,
    ranked: [
      [two.submissionId, 0.7],
      [one.submissionId, 0.5],
    ],
  });
  expect(await dice(one.evaluationId)).toEqual([2, 0.5]);
  const kept = await here.database.owner.rescoredEvaluation.findFirstOrThrow({
    where: { rescoringId: id, evaluationId: one.evaluationId },
  });
  expect(kept.scores).toMatchObject([
    { metric: 'dice', version: 1, mean: 0.8, caseValues: expect.any(String) },
  ]);
  expect(kept.cases).toMatchObject([{ metrics: { dice: 0.9 } }, { metrics: { dice: 0.7 } }]);
  const again = publishRescoring(here.site, scene.challengeSlug, id, editor);
  await expect(again).rejects.toMatchObject({ code: 'CONFLICT' });
  const audit = await here.database.owner.auditEvent.findMany({ where: { challengeId: scene.challengeId } });
  expect(audit.map(({ action, detail }) => [action, detail])).toContainEqual([
    'rescoring.publish',
    { phase: 'test', rescoring: id },
  ]);
});

test('a leaderboard never mixes versions: what has another one is not ranked', async () => {
  const scene = await newPhase();
  const [one, two] = [await scored(scene, [0.9, 0.7]), await scored(scene, [0.6, 0.6])];
  // Scored by newer software in a phase that has version 1.
  await here.database.owner.score.updateMany({
    where: { evaluationId: two.evaluationId },
    data: { version: 2 },
  });
  expect(await entries(scene)).toEqual({ version: 1, ranked: [[one.submissionId, 0.8]] });
  // The first one has no kept prediction, so that only the second is part of the rescoring.
  const { id } = await rescored(scene, [{ evaluationId: two.evaluationId, dice: [0.6, 0.6] }]);
  await publishRescoring(here.site, scene.challengeSlug, id, await editorOf(scene));
  expect(await entries(scene)).toEqual({ version: 2, ranked: [[two.submissionId, 0.6]] });
  expect(await dice(one.evaluationId)).toEqual([1, 0.8]);
});

test('a dropped rescoring leaves the scores as they are, and its own are deleted', async () => {
  const scene = await newPhase();
  const { evaluationId } = await scored(scene, [0.9, 0.7]);
  const { id } = await rescored(scene, [{ evaluationId, dice: [0.5, 0.5] }]);
  const editor = await editorOf(scene);
  const waiting = async () =>
    (await organizerView(here.site, scene.challengeSlug, editor)).waiting.rescorings.length;
  expect(await waiting()).toBe(1);
  await dropRescoring(here.site, scene.challengeSlug, id, editor);
  expect(await waiting()).toBe(0);
  expect(await dice(evaluationId)).toEqual([1, 0.8]);
  expect(await here.database.owner.rescoredEvaluation.count({ where: { rescoringId: id } })).toBe(0);
  const { rescorings } = await rescoringsView(here.site, scene.challengeSlug, editor);
  expect(rescorings).toMatchObject([{ id, state: 'DROPPED', scoredSince: 0 }]);
  const late = publishRescoring(here.site, scene.challengeSlug, id, editor);
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('only editors decide, and the site’s login can’t write rescored scores', async () => {
  const scene = await newPhase();
  const { evaluationId } = await scored(scene, [0.9, 0.7]);
  const { id } = await rescored(scene, [{ evaluationId, dice: [0.5, 0.5] }]);
  for (const viewer of [await here.newViewer(), await editorOf(scene, 'REVIEWER')]) {
    const refused = { code: 'FORBIDDEN' };
    await expect(publishRescoring(here.site, scene.challengeSlug, id, viewer)).rejects.toMatchObject(refused);
    await expect(dropRescoring(here.site, scene.challengeSlug, id, viewer)).rejects.toMatchObject(refused);
  }
  const { site, runner } = here.database;
  const forged = { where: { rescoringId: id }, data: { scores: [] } };
  await expect(site.rescoredEvaluation.updateMany(forged)).rejects.toThrow(/permission denied/);
  await expect(site.rescoring.updateMany({ where: { id }, data: { state: 'PUBLISHED' } })).rejects.toThrow(
    /permission denied/,
  );
  await expect(runner.$queryRaw`SELECT publish_rescoring(${id}::uuid)`).rejects.toThrow(/permission denied/);
});
