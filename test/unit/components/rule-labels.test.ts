import { expect, test } from 'vitest';
import { formatInput, formatOutput } from '#components/format/rule-labels.ts';
import type { PhaseRules } from '#lib/api/views.ts';

function words(over: Partial<PhaseRules>): string[] {
  const rules = {
    contract: 'EXEC',
    inputFormat: 'MHA',
    givesMetadata: true,
    takesProbabilityMaps: false,
    ...over,
  };
  return [formatInput(rules as PhaseRules), formatOutput(rules as PhaseRules)];
}

test('a batch is told of all its scans, in the one format that it gets and without the metadata that it does not', () => {
  expect(words({ contract: 'BATCH' })).toEqual([
    'all T1 scans (.nii.gz) as a BIDS dataset, without metadata',
    'a binary mask for each scan, on its grid, named as in BIDS',
  ]);
  expect(words({ contract: 'INVOKE' })).toEqual([
    'one T1 scan (.mha); site, chronicity and days after stroke where known',
    'a binary mask on the same grid',
  ]);
  expect(words({ givesMetadata: false, inputFormat: 'NII_GZ', takesProbabilityMaps: true })).toEqual([
    'one T1 scan (.nii.gz)',
    'a binary mask on the same grid; a map of lesion probability, if the algorithm has one',
  ]);
});
