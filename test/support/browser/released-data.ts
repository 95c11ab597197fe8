import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHeldout } from '#scripts/demo/command.ts';
import { onSmallGrid, smallCase } from './small-dataset.ts';

/** Other lesions than those of any phase, so that nothing hidden is in it. */
const CASES = [7, 8, 9];

const DESCRIPTION = {
  title: 'Training scans',
  summary: 'Ellipsoids with a **dark cube**, drawn by a few lines of code.',
  license: 'CC-BY-4.0',
  doi: '10.1234/heldout.training',
  citation: 'Organizers of Small lesions (2026). Training scans.',
  contact: 'data@heldout.example',
  funding: 'Nobody paid for it.',
  access: 'OPEN',
  terms: 'Use it for research. Cite us.',
};

/** Releases a small dataset as an organizer does, with the command. Returns the path of its page. */
export async function releaseData(
  site: string,
  token: string,
  { challenge, dataset }: { challenge: string; dataset: string },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-released-'));
  const data = join(folder, 'data');
  for (const number of CASES) {
    const id = `sub-train0${number}`;
    mkdirSync(join(data, id, 'anat'), { recursive: true });
    const stem = join(data, id, 'anat', `${id}_space-MNI152NLin2009aSym`);
    const { scan, truth } = smallCase(number);
    writeFileSync(`${stem}_T1w.nii.gz`, onSmallGrid(scan));
    writeFileSync(`${stem}_label-L_desc-T1lesion_mask.nii.gz`, onSmallGrid(truth));
  }
  const rows = CASES.map((number, index) => `sub-train0${number}\tSite ${index % 2 ? 'B' : 'A'}\tchronic`);
  writeFileSync(join(data, 'participants.tsv'), ['participant_id\tsite\tchronicity', ...rows, ''].join('\n'));
  writeFileSync(join(folder, 'describe.json'), JSON.stringify(DESCRIPTION));
  await runHeldout(
    [
      ...['dataset', 'publish', data, '--as', `${challenge}/${dataset}@1.0.0`, '--variant', 'native'],
      ...['--title', 'On the common grid', '--describe', join(folder, 'describe.json')],
      // The same few lines of code draw the hidden scans, so they look alike.
      ...['--without-hidden-check', '--final', '--yes', '--site', site],
    ],
    { environment: { HELDOUT_TOKEN: token } },
  );
  return `/challenges/${challenge}/data/${dataset}`;
}
