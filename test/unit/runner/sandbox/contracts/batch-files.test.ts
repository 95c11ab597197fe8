import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { batchMask, batchScanFile, DATASET_DESCRIPTION } from '#runner/sandbox/contracts/batch-files.ts';

test('scans and masks have the names of the contract', () => {
  expect(batchScanFile({ id: 'x1', scan: Buffer.from('s') })).toEqual({
    path: 'sub-x1/ses-1/anat/sub-x1_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz',
    bytes: Buffer.from('s'),
  });
  expect(batchMask('x1')).toEqual({
    folder: 'sub-x1/ses-1/anat',
    name: 'sub-x1_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz',
  });
});

test('our dataset reader pairs the scans and masks of a batch', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-bids-'));
  const { folder: anat, name } = batchMask('x1');
  const files = [DATASET_DESCRIPTION, batchScanFile({ id: 'x1', scan: Buffer.from('s') })];
  for (const file of [...files, { path: `${anat}/${name}`, bytes: Buffer.from('m') }]) {
    await mkdir(path.dirname(path.join(folder, file.path)), { recursive: true });
    await writeFile(path.join(folder, file.path), file.bytes);
  }
  const {
    cases: [only, ...others],
  } = await readDataset(folder);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    name: 'sub-x1_ses-1',
    truths: { 'stroke-lesion-segmentation': { paths: [path.join(folder, anat, name)] } },
  });
  await rm(folder, { recursive: true });
});
