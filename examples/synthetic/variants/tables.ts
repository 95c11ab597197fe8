import path from 'node:path';
import { type DatasetOptions, GENERATOR, json, subjectName, writeWhole } from '../dataset.ts';
import { planCase } from '../plan.ts';
import { planRecovery } from '../recovery/recovery.ts';
import type { Variant } from './variant.ts';

/** Writes the dataset description and the participants table, once all cases exist. */
export async function writeTables(
  options: DatasetOptions,
  caseCount: number,
  templateName: string,
): Promise<void> {
  const rows = Array.from({ length: caseCount }, (_, index) => {
    const { site, chronicity, daysPostStroke } = planCase(options.seed, index);
    return [subjectName(index, options.prefix), site.name, chronicity, daysPostStroke ?? 'n/a'].join('\t');
  });
  const table = ['participant_id\tsite\tchronicity\tdays_post_stroke', ...rows, ''].join('\n');
  const file = (name: string) => path.join(options.out, name);
  const cases = caseTable(options, caseCount);
  await writeWhole(file('.bidsignore'), `preview/\n*_truth.json\n${cases === null ? '' : 'cases.csv\n'}`);
  await writeWhole(file('participants.tsv'), table);
  if (cases !== null) await writeWhole(file('cases.csv'), cases);
  await writeWhole(file('participants.json'), json(PARTICIPANT_COLUMNS));
  await writeWhole(
    file('dataset_description.json'),
    json({
      Name: 'Synthetic stroke lesions on T1-weighted MRI',
      BIDSVersion: '1.9.0',
      DatasetType: 'derivative',
      GeneratedBy: [
        {
          Name: GENERATOR,
          Description: `Painted on ${templateName} (SHA-256 ${options.templateSha256}). No patient was scanned.`,
        },
      ],
    }),
  );
}

/**
 * cases.csv, which the layout `table` reads: of data sets whose truth isn't a lesion mask. Truth: hidden from everyone
 * who is tested.
 */
function caseTable({ variant, seed, prefix }: DatasetOptions, caseCount: number): string | null {
  const columns = CASE_COLUMNS[variant];
  if (columns === undefined) return null;
  const rows = Array.from({ length: caseCount }, (_, index) => {
    const plan = planCase(seed, index);
    const subject = subjectName(index, prefix);
    const image = (name: string) => `${subject}/ses-1/anat/${subject}_ses-1_${name}.nii.gz`;
    const { site, chronicity, daysPostStroke } = plan;
    const scan = [subject, image('space-MNI152NLin2009aSym_T1w')];
    if (variant === 'tissues') return [...scan, image('space-MNI152NLin2009aSym_dseg')].join(',');
    const { age, initialScore, finalScore, walksIndependently } = planRecovery(seed, plan);
    const known = [site.name, chronicity, daysPostStroke ?? '', age, initialScore];
    return [...scan, ...known, finalScore, walksIndependently].join(',');
  });
  return [columns.join(','), ...rows, ''].join('\n');
}

const CASE_COLUMNS: Partial<Record<Variant, readonly string[]>> = {
  outcomes: [
    'case',
    'input:t1-brain-mri',
    'CENTER',
    'CHRONICITY',
    'DAYS_POST_STROKE',
    'input:age',
    'input:initial-upper-limb-score',
    'truth:upper-limb-score',
    'truth:walks-independently',
  ],
  tissues: ['case', 'input:t1-brain-mri', 'truth:brain-tissue-segmentation'],
};

const PARTICIPANT_COLUMNS = {
  site: { Description: 'Synthetic scanner site' },
  chronicity: {
    Description: 'Time since the stroke, in classes',
    Levels: { acute: '1 to 7 days', subacute: '8 to 180 days', chronic: 'more than 180 days' },
  },
  days_post_stroke: {
    Description: 'Days between stroke and scan; n/a where the site did not record it',
    Units: 'days',
  },
};
