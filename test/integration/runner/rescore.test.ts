import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { openPredictionStore } from '#runner/pipeline/kept-predictions.ts';
import { loadOrCreateKey } from '#runner/secrets/key.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  EXPECTED_DICE,
  EXPECTED_PR_AUC,
  openRunnerScene,
  perCase,
  type RunnerScene,
  WRITE_MAP,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

let database: TestDatabase;
let scene: RunnerScene;
let whole: string;
let partly: string;
beforeAll(async () => {
  database = await openTestDatabase();
  const metrics = ['dice', 'pr_auc'].map((metric) => ({ metric, weight: 1 }));
  const phase = { keepsPredictionsDays: 30, task: strokeTask({ maps: true }), metrics };
  scene = await openRunnerScene(database, { caseCount: 3, phase });
  scene.start();
  whole = await scene.submit(`${WRITE_MASK}; ${WRITE_MAP}`);
  partly = await scene.submit(perCase(`${WRITE_MASK}; ${WRITE_MAP}`, WRITE_MASK, 'exit 3'));
  for (const id of [whole, partly]) await scene.until(id, ({ state }) => state === 'SCORED');
  await scene.stopRunners();
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

function heldout(args: string[], env: NodeJS.ProcessEnv) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; out: string; err: string }>();
  execFile(process.execPath, ['cli/main.ts', ...args], { env }, (error, out, err) =>
    resolve({ code: error ? Number(error.code) : 0, out, err }),
  );
  return promise;
}

const rescore = (of: RunnerScene, ...args: string[]) =>
  heldout(['rescore', '--phase', `${of.challengeSlug}/test`, '--dry-run', ...args], of.environment());

async function report(of = scene): Promise<RescoreReport> {
  const file = path.join(of.folder, 'report.json');
  const { code, err } = await rescore(of, '--json', file);
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(await readFile(file, 'utf8')) as RescoreReport;
}

const submissionOf = async (evaluationId: string) =>
  (await database.owner.evaluation.findUniqueOrThrow({ where: { id: evaluationId } })).submissionId;

describe('heldout rescore --dry-run', () => {
  it('reports no change if the scorer is the same, including maps', async () => {
    const { code, out, err } = await rescore(scene);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('5 cases rescored') });
    expect(out).toContain('Nothing would change');
    // Three and two masks. The sixth case failed.
    expect(await report()).toMatchObject({
      dryRun: true,
      changed: false,
      cases: { scoredAgain: 5, failed: 1, notKept: 0, lost: 0 },
    });
  });

  it('reports changed means, cases, versions and ranks, and writes nothing', async () => {
    const { owner } = database;
    // Simulates an earlier version that scored every case of the actually better submission with 0.1 and 0.
    const recorded = { metrics: { dice: 0.1, pr_auc: 0 } };
    await owner.caseScore.updateMany({ where: { evaluationId: whole }, data: recorded });
    const ofDice = { evaluationId: whole, metric: 'dice' };
    await owner.score.updateMany({ where: ofDice, data: { version: 0, mean: 0.1 } });
    await owner.score.updateMany({ where: { evaluationId: whole, metric: 'pr_auc' }, data: { mean: 0 } });
    const before = await owner.caseScore.findMany({
      orderBy: [{ evaluationId: 'asc' }, { caseIndex: 'asc' }],
    });
    const { changed, submissions } = await report();
    expect(changed).toBe(true);
    const [better, other] = await Promise.all(
      [whole, partly].map(async (id) => {
        const submissionId = await submissionOf(id);
        return submissions.find((one) => one.submissionId === submissionId)!;
      }),
    );
    expect(better).toMatchObject({ rankBefore: 2, rankAfter: 1, cases: { scoredAgain: 3 } });
    expect(better!.metrics[0]).toEqual({
      metric: 'dice',
      over: 'case',
      isRescored: true,
      versionBefore: 0,
      version: 1,
      valueBefore: 0.1,
      valueAfter: EXPECTED_DICE,
      changedCases: 3,
    });
    expect(better!.metrics[1]!.valueAfter).toBeCloseTo(EXPECTED_PR_AUC, 9);
    expect(other).toMatchObject({ rankBefore: 1, rankAfter: 2, changes: [] });
    const text = (await rescore(scene)).out;
    expect(text).toMatch(/2 → 1 +dice +0 → 1 +0\.100000 +0\.800000 +3\n/);
    const after = await owner.caseScore.findMany({
      orderBy: [{ evaluationId: 'asc' }, { caseIndex: 'asc' }],
    });
    expect(after).toEqual(before);
  });

  it('counts predictions that weren’t kept or are lost, and keeps their old scores', async () => {
    const rows = await database.owner.caseScore.findMany({ where: { evaluationId: whole } });
    const [{ caseIndex }, { predictionBlob }] = rows as [(typeof rows)[0], (typeof rows)[0]];
    await database.owner.caseScore.update({
      where: { evaluationId_caseIndex: { evaluationId: whole, caseIndex } },
      data: { predictionBlob: null },
    });
    await openPredictionStore(path.join(scene.folder, 'store')).remove(predictionBlob!);
    const found = await report();
    expect(found.cases).toEqual({ scoredAgain: 3, failed: 1, notKept: 1, lost: 1 });
    const submissionId = await submissionOf(whole);
    // One of three cases is scored again: (0.1 + 0.1 + 0.8) / 3.
    const [dice] = found.submissions.find((one) => one.submissionId === submissionId)!.metrics;
    expect(dice).toMatchObject({ changedCases: 1 });
    expect(dice!.valueAfter).toBeCloseTo((0.2 + EXPECTED_DICE) / 3, 9);
    const { out } = await rescore(scene);
    expect(out).toMatch(
      /1 without a kept prediction.*\n.*1 with a kept prediction that is lost.*\n.*keepsPredictionsDays/,
    );
  });
});

describe('a phase that is scored by values', () => {
  /** AUROC of 1 where the scans 0 to 3 hold 100 to 103, and the last two patients walk. */
  const task = taskSchema.parse({
    ...strokeTask(),
    outputs: [{ slug: 'walks', title: 'Walks', kind: 'Float', relative_path: 'walks.json' }],
    scoring: { kind: 'values', outputs: ['walks'], truthKinds: { walks: 'Bool' } },
  });
  const write = (...values: readonly string[]) =>
    perCase(...values.map((value) => `echo ${value} > /output/walks.json`));
  let values: RunnerScene;
  let id: string;
  beforeAll(async () => {
    values = await openRunnerScene(database, {
      caseCount: 4,
      task,
      trueValues: [{ walks: false }, { walks: false }, { walks: true }, { walks: true }],
      phase: {
        keepsPredictionsDays: 30,
        metrics: ['auroc:walks', 'brier:walks'].map((metric) => ({ metric, weight: 1 })),
      },
    });
    values.start();
    // One of four pairs is in the wrong order.
    id = await values.submit(write('0.1', '0.6', '0.4', '0.9'));
    await values.until(id, ({ state }) => state === 'SCORED');
    await values.stopRunners();
  });
  afterAll(() => values.close());

  const metricsOf = async () => (await report(values)).submissions[0]!.metrics;

  it('computes metrics over all cases again', async () => {
    expect(await report(values)).toMatchObject({ changed: false, cases: { scoredAgain: 4 } });
    expect(await metricsOf()).toMatchObject([
      { metric: 'auroc:walks', over: 'set', valueBefore: 0.75, valueAfter: 0.75, isRescored: true },
      { metric: 'brier:walks', over: 'case', changedCases: 0 },
    ]);
    // Simulates an earlier version that scored worse.
    const data = { version: 0, mean: 0.5 };
    await database.owner.score.updateMany({ where: { evaluationId: id, metric: 'auroc:walks' }, data });
    expect(await report(values)).toMatchObject({ changed: true });
    expect((await rescore(values)).out).toMatch(/auroc:walks +0 → 1 +0\.500000 +0\.750000 +–\n/);
  });

  it('keeps the recorded value if a prediction is lost, because it would be of other cases', async () => {
    const where = { evaluationId_caseIndex: { evaluationId: id, caseIndex: 1 } };
    await database.owner.caseScore.update({ where, data: { predictionBlob: null } });
    expect(await metricsOf()).toMatchObject([
      { metric: 'auroc:walks', version: 0, valueBefore: 0.5, valueAfter: 0.5, isRescored: false },
      { metric: 'brier:walks', isRescored: true },
    ]);
  });
});

describe('it refuses with a clear message', () => {
  it('a call without a phase', async () => {
    expect(await heldout(['rescore', '--dry-run'], scene.environment())).toMatchObject({ code: 2 });
  });

  it('an unknown phase, and a host without a key, where it creates none', async () => {
    const unknown = await heldout(['rescore', '--phase', 'no/such', '--dry-run'], scene.environment());
    expect(unknown).toMatchObject({
      code: 1,
      err: expect.stringContaining('The phase no/such doesn’t exist'),
    });
    const elsewhere = { ...scene.environment(), HELDOUT_RUNNER_HOME: path.join(scene.folder, 'nowhere') };
    const args = ['rescore', '--phase', `${scene.challengeSlug}/test`, '--dry-run'];
    for (let i = 0; i < 2; i++) {
      expect(await heldout(args, elsewhere)).toMatchObject({
        code: 1,
        err: expect.stringContaining('can’t be read (ENOENT)'),
      });
    }
  });

  it('a test set that is sealed to another key', async () => {
    const home = path.join(scene.folder, 'runners', 'stranger');
    await loadOrCreateKey(home);
    const stranger = { ...scene.environment(), HELDOUT_RUNNER_HOME: home };
    const args = ['rescore', '--phase', `${scene.challengeSlug}/test`, '--dry-run'];
    expect(await heldout(args, stranger)).toMatchObject({
      code: 1,
      err: expect.stringContaining('The test set is sealed to'),
    });
  });
});
