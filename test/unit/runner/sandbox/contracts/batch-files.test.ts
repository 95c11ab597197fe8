import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { batchFolder, bidsFile } from '#lib/domain/tasks/case-paths.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { batchFiles, DATASET_DESCRIPTION } from '#runner/sandbox/contracts/batch-files.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

const INPUT = strokeInput({ id: 'x1', scan: Buffer.from('s') });
const MASK = `${batchFolder('x1')}${bidsFile('x1', STROKE_T1.outputs[0]!)}`;

test('scans and masks have the names of the contract', () => {
  expect(batchFiles(INPUT)).toEqual([
    {
      path: 'sub-x1/ses-1/anat/sub-x1_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz',
      bytes: Buffer.from('s'),
    },
  ]);
  expect(MASK).toBe(
    'sub-x1/ses-1/anat/sub-x1_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz',
  );
});

test('what has no BIDS name keeps its path, in the folder of its case', () => {
  const metadata = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 30 };
  const files = batchFiles(strokeInput({ id: 'x1', scan: Buffer.from('s'), metadata }));
  expect(files.map(({ path: name }) => name)).toContain('sub-x1/ses-1/stroke-metadata.json');
});

test('our dataset reader pairs the scans and masks of a batch', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-bids-'));
  const files = [DATASET_DESCRIPTION, ...batchFiles(INPUT)];
  for (const file of [...files, { path: MASK, bytes: Buffer.from('m') }]) {
    await mkdir(path.dirname(path.join(folder, file.path)), { recursive: true });
    await writeFile(path.join(folder, file.path), file.bytes);
  }
  const {
    cases: [only, ...others],
  } = await readDataset(folder);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    name: 'sub-x1_ses-1',
    truths: { 'stroke-lesion-segmentation': { paths: [path.join(folder, MASK)] } },
  });
  await rm(folder, { recursive: true });
});
