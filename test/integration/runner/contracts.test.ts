import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { serving } from '#test/support/images/busybox.ts';
import { tarOf } from '#test/support/images/tar.ts';
import {
  EXPECTED_DICE,
  openRunnerScene,
  perCase,
  type RunnerScene,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

const CASES = 4;
const engine = openEngine();
let database: TestDatabase;
let scene: RunnerScene;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => scene.close());
afterAll(() => database.close());

async function evaluate(contract: 'EXEC' | 'INVOKE' | 'BATCH', script: string, model?: Uint8Array) {
  scene = await openRunnerScene(database, { caseCount: CASES, phase: { contract } });
  scene.start();
  const id = await scene.submit(script, model && { model });
  const row = await scene.until(id, ({ state }) => state === 'SCORED' || state === 'FAILED');
  expect(await engine.listContainers(`heldout.evaluation=${id}`)).toEqual([]);
  return row;
}
type Row = Awaited<ReturnType<typeof evaluate>>;

const codes = (row: Row) => row.caseScores.map(({ code }) => code ?? 'SCORED').sort();
const meanDice = (row: Row) => row.scores.find(({ metric }) => metric === 'dice')?.mean;

describe('an evaluation with the contract invoke', () => {
  it('scores the masks of one server, and a failed case with the worst value', async () => {
    const row = await evaluate('INVOKE', serving(perCase('exit 3', ...Array(CASES - 1).fill(WRITE_MASK))));
    expect(codes(row)).toEqual(['EXIT_NONZERO', ...Array(CASES - 1).fill('SCORED')]);
    expect(meanDice(row)).toBeCloseTo(((CASES - 1) * EXPECTED_DICE) / CASES, 9);
  });

  it('fails as a whole if the server doesn’t start, with the end of its log as the message', async () => {
    const row = await evaluate('INVOKE', 'echo no weights; exit 1');
    expect(row).toMatchObject({ state: 'FAILED', code: 'EXIT_NONZERO', caseScores: [] });
    expect(row.message).toBe(
      'The program exited with code 1. It had not yet answered GET /health with 200.\nIts log ends:\nno weights\n',
    );
  });
});

describe('an image whose label names a contract', () => {
  const LABEL = 'org.grand-challenge.api-method';

  it('is refused at once in a phase with another contract, with both words', async () => {
    scene = await openRunnerScene(database, { caseCount: CASES, phase: { contract: 'EXEC' } });
    scene.start();
    // Its server would run until the time limit of each case.
    const id = await scene.submit(serving(WRITE_MASK), { labels: { [LABEL]: 'invoke' } });
    const row = await scene.until(id, ({ state }) => state === 'FAILED');
    expect(row).toMatchObject({ code: 'IMAGE_INVALID', caseScores: [] });
    expect(row.message).toBe(
      `The image’s label ${LABEL} says invoke, but this phase’s contract is exec. Build the image for exec, and correct or remove the label.`,
    );
  });
});

describe('an evaluation with the contract batch', () => {
  it('scores existing masks, and a missing one with the worst value', async () => {
    const row = await evaluate(
      'BATCH',
      `skip=yes
       for scan in /input/sub-*/ses-1/anat/*_T1w.nii.gz; do
         if [ $skip ]; then skip=; continue; fi
         mask=/output\${scan#/input}; mkdir -p $(dirname $mask)
         cp /mask.nii.gz \${mask%_T1w.nii.gz}_label-L_desc-T1lesion_mask.nii.gz
       done`,
    );
    expect(codes(row)).toEqual(['NO_OUTPUT', ...Array(CASES - 1).fill('SCORED')]);
    expect(meanDice(row)).toBeCloseTo(((CASES - 1) * EXPECTED_DICE) / CASES, 9);
    expect(row.runningCases).toBe(0);
  });
});

describe('an evaluation with a model archive', () => {
  const modelOf = (content: string) => tarOf([{ name: 'weights', content }]);
  const NEEDS_WEIGHTS = `grep -q good /opt/ml/model/weights && ${WRITE_MASK}`;

  it('finds it at /opt/ml/model in each container, and removes it afterwards', async () => {
    const row = await evaluate('EXEC', NEEDS_WEIGHTS, await modelOf('good'));
    expect(codes(row)).toEqual(Array(CASES).fill('SCORED'));
    const disk = path.join(scene.folder, 'runners', 'one', 'scratch', 'disk');
    expect(await readdir(disk)).toEqual([]);
  });

  it('fails as a whole if it isn’t a valid archive', async () => {
    const row = await evaluate('EXEC', NEEDS_WEIGHTS, Buffer.alloc(10_240, 'no tar'));
    expect(row).toMatchObject({ state: 'FAILED', code: 'IMAGE_INVALID', caseScores: [] });
    expect(row.message).toMatch(/^The model archive is not a tar archive/);
  });
});
