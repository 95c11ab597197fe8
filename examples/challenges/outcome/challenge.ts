import { type ChallengeTemplate, defineChallenge, LIMITS } from '#examples/challenges/template.ts';
import { STROKE_METADATA, T1 } from '#lib/domain/tasks/stroke-t1.ts';

const SCORE = 'upper-limb-score';
const WALKS = 'walks-independently';

/** The biomarker question that stroke scans are collected for: who recovers? Values per patient, no image out. */
export const OUTCOME_TEMPLATE: ChallengeTemplate = {
  name: 'outcome',
  summary: 'one T1 scan and what is known of the patient in, two values of recovery out',
  define: (now) =>
    defineChallenge(now, {
      slug: 'stroke-outcome-synthetic',
      title: 'Recovery of motor function after stroke',
      question: 'How well can an algorithm predict from a scan how a patient recovers?',
      summary: [
        'How well patients move their arm months after a stroke decides how they live. A prediction in the first days ' +
          'would help to plan therapy, and to choose patients for trials.',
        'The container gets a T1 scan, age, site, days after stroke and the first score of the upper limb (Fugl-Meyer, ' +
          '0 to 66 points). It writes the score after three months, and the probability that the patient walks ' +
          'independently by then.',
        'Scans and patients are synthetic: recovery follows a formula of lesion volume, age and first score, with ' +
          'noise. Scores on them show that the platform works, and say nothing about patients.',
      ].join('\n\n'),
      synthetic: true,
      settings: {
        task: {
          inputs: [
            {
              slug: T1,
              title: 'T1-weighted MRI',
              kind: 'Image',
              relative_path: `images/${T1}`,
              format: 'nii.gz',
            },
            {
              slug: STROKE_METADATA,
              title: 'Site, chronicity and days after stroke',
              kind: 'Anything',
              relative_path: `${STROKE_METADATA}.json`,
              required: false,
            },
            { slug: 'age', title: 'Age', kind: 'Integer', relative_path: 'age.json', unit: 'years' },
            {
              slug: 'initial-upper-limb-score',
              title: 'Upper limb score in the first days',
              kind: 'Integer',
              relative_path: 'initial-upper-limb-score.json',
              unit: 'points',
            },
          ],
          outputs: [
            {
              slug: SCORE,
              title: 'Upper limb score',
              kind: 'Float',
              relative_path: `${SCORE}.json`,
              unit: 'points',
            },
            {
              slug: WALKS,
              title: 'Independent walking',
              kind: 'Float',
              relative_path: `${WALKS}.json`,
            },
          ],
          scoring: { kind: 'values', outputs: [SCORE, WALKS], truthKinds: { [WALKS]: 'Bool' } },
        },
        limits: { ...LIMITS, outputMib: 16 },
        metrics: [
          { metric: `mae:${SCORE}`, weight: 1 },
          { metric: `brier_score:${WALKS}`, weight: 1 },
          { metric: `auroc:${WALKS}`, weight: 1 },
          { metric: `lins_concordance:${SCORE}`, weight: 0 },
          { metric: `calibration_slope:${WALKS}`, weight: 0 },
        ],
      },
    }),
};
