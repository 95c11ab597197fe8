import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  type EvaluationRow,
  EXPECTED_DICE,
  EXPECTED_PR_AUC,
  MASK_FOLDER,
  openRunnerScene,
  perCase,
  type RunnerScene,
  WRITE_MAP,
  WRITE_MASK,
  WRITE_NAN_MAP,
} from '#test/support/runner-scene.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A sealed set has its own order of cases. */
function inAnyOrder(row: EvaluationRow, facts: (recorded: EvaluationRow['caseScores'][number]) => unknown) {
  const texts = row.caseScores.map((recorded) => JSON.stringify(facts(recorded)));
  return texts.sort().map((text) => JSON.parse(text) as unknown);
}

const metricOf = (metric: string) => ({ metric, weight: 1 });

describe('a phase that takes probability maps', () => {
  let scene: RunnerScene;
  beforeAll(async () => {
    const phase = { task: strokeTask({ maps: true }), metrics: ['dice', 'pr_auc'].map(metricOf) };
    scene = await openRunnerScene(database, { caseCount: 4, phase });
  });
  afterEach(() => scene.stopRunners());
  afterAll(() => scene.close());

  it('scores the map, gives 0 without a map, and rejects a case with an invalid map', async () => {
    scene.start();
    const id = await scene.submit(
      perCase(
        `${WRITE_MASK}; ${WRITE_MAP}`,
        WRITE_MASK,
        `${WRITE_MASK}; ${WRITE_NAN_MAP}`,
        `${WRITE_MAP}; exit 3`,
      ),
    );
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(inAnyOrder(row, ({ status, code, metrics }) => [status, code, metrics])).toEqual([
      ['FAILED', 'EXIT_NONZERO', {}],
      ['REJECTED', 'NOT_FINITE', {}],
      ['SCORED', null, expect.objectContaining({ dice: EXPECTED_DICE, pr_auc: 0 })],
      [
        'SCORED',
        null,
        expect.objectContaining({ dice: EXPECTED_DICE, pr_auc: expect.closeTo(EXPECTED_PR_AUC, 9) }),
      ],
    ]);
    const rejected = row.caseScores.find(({ status }) => status === 'REJECTED');
    expect(rejected!.message).toMatch(/^The probability map can’t be used\. It contains NaN/);
    const [dice, prAuc] = ['dice', 'pr_auc'].map((name) => row.scores.find(({ metric }) => metric === name)!);
    // (0.8 + 0.8 + 0 + 0) / 4 and (2/3 + 0 + 0 + 0) / 4
    expect(dice).toMatchObject({ mean: EXPECTED_DICE / 2, n: 4, failed: 2 });
    expect(prAuc!.mean).toBeCloseTo(EXPECTED_PR_AUC / 4, 9);
    expect(prAuc).toMatchObject({ n: 4, failed: 2 });
  });
});

describe('a phase that takes no probability maps', () => {
  let scene: RunnerScene;
  beforeAll(async () => {
    const metrics = ['dice', 'sensitivity', 'pr_auc'].map(metricOf);
    scene = await openRunnerScene(database, { caseCount: 4, phase: { metrics }, withoutLesion: [1, 2] });
  });
  afterEach(() => scene.stopRunners());
  afterAll(() => scene.close());

  it('ignores a map and leaves pr_auc undefined; a case without a lesion is excluded from sensitivity, failed or not', async () => {
    scene.start();
    const id = await scene.submit(perCase(`${WRITE_MASK}; ${WRITE_NAN_MAP}`, WRITE_MASK, 'exit 3', 'exit 3'));
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(inAnyOrder(row, ({ status, undefinedMetrics }) => [status, undefinedMetrics])).toEqual([
      ['FAILED', ['pr_auc']],
      ['FAILED', ['sensitivity', 'pr_auc']],
      ['SCORED', ['pr_auc']],
      ['SCORED', ['sensitivity', 'pr_auc']],
    ]);
    const scores = Object.fromEntries(row.scores.map(({ metric, ...score }) => [metric, score]));
    // Dice counts every case: 0.8, 0 (60 voxels where there is no lesion), and twice the worst value.
    expect(scores['dice']).toMatchObject({ mean: EXPECTED_DICE / 4, n: 4, failed: 2 });
    // Sensitivity counts the two cases with a lesion: one found completely, and the worst value.
    expect(scores['sensitivity']).toMatchObject({ mean: 0.5, n: 2, failed: 1 });
    expect(scores['pr_auc']).toMatchObject({ mean: null, n: 0, failed: 0 });
  });

  it('excludes the same cases after an interruption', async () => {
    const first = scene.start();
    const id = await scene.submit('sleep 0.3; exit 3');
    await scene.until(id, ({ caseScores }) => caseScores.length >= 1);
    await first.end('SIGKILL');
    scene.start();
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    const score = row.scores.find(({ metric }) => metric === 'sensitivity');
    expect(score).toMatchObject({ mean: 0, n: 2, failed: 2 });
  });
});

describe('a mask whose header lost its geometry', () => {
  /** Clears the codes of qform and sform. */
  const script = `f=${MASK_FOLDER}; mkdir -p $f; gunzip -c /mask.nii.gz > /tmp/m.nii
    dd if=/dev/zero of=/tmp/m.nii bs=1 seek=252 count=4 conv=notrunc; cp /tmp/m.nii $f/m.nii`;

  it.each([
    [true, 'SCORED', null],
    [false, 'REJECTED', 'AFFINE'],
  ])('counts only in a phase that accepts it (%s)', async (acceptsMissingGeometry, status, code) => {
    const phase = { acceptsMissingGeometry, metrics: [metricOf('dice')] };
    const scene = await openRunnerScene(database, { caseCount: 1, phase });
    try {
      scene.start();
      const row = await scene.until(await scene.submit(script), ({ state }) => state === 'SCORED');
      expect(row.caseScores).toMatchObject([{ status, code }]);
    } finally {
      await scene.close();
    }
  });
});
