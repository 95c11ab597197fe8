import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { newScorerKey } from '#runner/secrets/scorer-key.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  MASK_FOLDER,
  openRunnerScene,
  perCase,
  type RunnerScene,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

const TASK = taskSchema.parse({
  ...STROKE_T1,
  scoring: {
    kind: 'container',
    limits: { memoryMib: 64, pids: 32, timeLimitSeconds: 20, outputMib: 8 },
    metrics: [
      { name: 'bytes', title: 'Bytes', better: 'lower', worst: 9999, case: 'bytes' },
      { name: 'cases', title: 'Cases', better: 'higher', worst: 0, aggregate: 'n.all', decimals: 0 },
    ],
  },
});
const METRICS = [
  { metric: 'bytes', weight: 1 },
  { metric: 'cases', weight: 0 },
];
const TRUTH = '/opt/ml/input/data/ground_truth';
/** The size of each mask, where the truth of the case lies beside it, and the number of cases. */
const MEASURE = `results=; n=0
  for folder in /input/*/; do
    pk=$(basename "$folder"); n=$((n + 1))
    ls ${TRUTH}/$pk/*mask.nii.gz >&2 || exit 5
    grep -q "\\"name\\": *\\"sub-c[0-9]_ses-1_[^\\"]*T1w.nii.gz\\"" /input/predictions.json || exit 6
    bytes=$(cat "$folder"output/images/stroke-lesion-segmentation/* | wc -c)
    results="$results\${results:+,}{\\"pk\\":\\"$pk\\",\\"bytes\\":$bytes}"
  done
  echo "{\\"results\\":[$results],\\"aggregates\\":{\\"n\\":{\\"all\\":$n}}}" > /output/metrics.json`;
const BYTES = `echo $(wc -c < /mask.nii.gz)`;

let database: TestDatabase;
let scene: RunnerScene;
const key = newScorerKey();
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openRunnerScene(database, {
    caseCount: 3,
    task: TASK,
    scorerKey: key,
    phase: { metrics: METRICS },
  });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

describe('a phase that is scored by the organizers’ container', () => {
  it('parks an evaluation until a scorer can score it, and runs no container of the team again', async () => {
    scene.start();
    const id = await scene.submit(`${BYTES}; ${WRITE_MASK}`);
    const parked = (problem: RegExp) =>
      scene.until(
        id,
        ({ state, platformCode, scorerProblem }) =>
          state === 'QUEUED' && platformCode === 'SCORER_FAILED' && problem.test(scorerProblem ?? ''),
      );
    const first = await parked(/no scorer/);
    expect(first.caseScores.map(({ status }) => status)).toEqual(['SCORED', 'SCORED', 'SCORED']);
    const startedAt = first.caseScores.map(({ seconds }) => seconds);

    // Signed with another key: as a breached site would do it.
    await scene.importScorer(`cat ${TRUTH}/*/* > /output/metrics.json`, newScorerKey());
    await scene.queue(id);
    await parked(/isn’t signed with the key/);

    await scene.importScorer('echo the truth is 42 >&2; exit 7', key);
    await scene.queue(id);
    const failed = await parked(/the truth is 42/);
    expect(failed).toMatchObject({ requeues: 0, code: null, message: null });

    await scene.importScorer(MEASURE, key);
    await scene.queue(id);
    const scored = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(scored.caseScores.map(({ seconds }) => seconds).sort()).toEqual(startedAt.sort());
    const bytes = Number(scored.caseScores[0]!.log);
    expect(scored.caseScores.map(({ metrics }) => metrics)).toEqual(Array(3).fill({ bytes }));
    expect(scored.scores).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ metric: 'bytes', mean: bytes, version: 3, n: 3, failed: 0 }),
        expect.objectContaining({ metric: 'cases', mean: 3, version: 3 }),
      ]),
    );
  });

  it('gives failed cases the declared worst, without asking the scorer', async () => {
    scene.start();
    const id = await scene.submit(perCase(WRITE_MASK, 'exit 3', `mkdir -p ${MASK_FOLDER}`));
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    const [bytes] = row.scores.filter(({ metric }) => metric === 'bytes');
    expect(bytes).toMatchObject({ n: 3, failed: 2, max: 9999 });
    // An aggregate can't be told apart from one that forgot the failed cases.
    expect(row.scores.find(({ metric }) => metric === 'cases')).toMatchObject({ mean: 0, failed: 2 });
    const all = await scene.submit('exit 3');
    const none = await scene.until(all, ({ state }) => state === 'SCORED');
    expect(none.scores.find(({ metric }) => metric === 'bytes')).toMatchObject({ mean: 9999, failed: 3 });
  });

  it('keeps predictions only until they are scored', async () => {
    scene.start();
    const rows = () => database.owner.caseScore.count({ where: { predictionBlob: { not: null } } });
    const deadline = performance.now() + 20_000;
    while ((await rows()) > 0 && performance.now() < deadline)
      await new Promise((done) => setTimeout(done, 200));
    expect(await rows()).toBe(0);
  });
});

describe('heldout rescore --dry-run', () => {
  it('runs the latest scorer on kept predictions, and says what would change', async () => {
    const { owner } = database;
    await owner.phase.update({ where: { id: scene.phaseId }, data: { keepsPredictionsDays: 30 } });
    scene.start();
    const id = await scene.submit(WRITE_MASK);
    await scene.until(id, ({ state }) => state === 'SCORED');
    await scene.stopRunners();
    const next = MEASURE.replace('"bytes\\":$bytes', '"bytes\\":$((bytes + 1))').replace(
      '"all\\":$n',
      '"all\\":$((n + 1))',
    );
    await scene.importScorer(next, key);
    const file = path.join(scene.folder, 'report.json');
    const args = ['rescore', '--phase', `${scene.challengeSlug}/test`, '--dry-run', '--json', file];
    const { submissionId } = await owner.evaluation.findUniqueOrThrow({ where: { id } });
    const report = async () => {
      await promisify(execFile)(process.execPath, ['cli/main.ts', ...args], { env: scene.environment() });
      const { submissions, cases } = JSON.parse(await readFile(file, 'utf8')) as RescoreReport;
      return { cases, metrics: submissions.find((one) => one.submissionId === submissionId)!.metrics };
    };
    const { cases, metrics } = await report();
    expect(cases).toMatchObject({ scoredAgain: 3 });
    const [bytes, all] = metrics;
    expect(bytes).toMatchObject({ metric: 'bytes', versionBefore: 3, version: 4, changedCases: 3 });
    expect(bytes!.valueAfter).toBe(bytes!.valueBefore! + 1);
    // The aggregate is what the new version wrote.
    const ofAll = { metric: 'cases', over: 'set', versionBefore: 3, valueBefore: 3 };
    expect(all).toMatchObject({ ...ofAll, version: 4, valueAfter: 4, isRescored: true });

    // It would be of two cases only, once a prediction is lost.
    const where = { evaluationId_caseIndex: { evaluationId: id, caseIndex: 1 } };
    await owner.caseScore.update({ where, data: { predictionBlob: 'f'.repeat(64) } });
    const lost = await report();
    expect(lost.cases).toMatchObject({ scoredAgain: 2, lost: 1 });
    expect(lost.metrics).toMatchObject([
      { metric: 'bytes', changedCases: 2, isRescored: true },
      { ...ofAll, version: 3, valueAfter: 3, isRescored: false },
    ]);
  });
});
