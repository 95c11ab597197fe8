import { type ChallengeTemplate, defineChallenge, LIMITS } from '#examples/challenges/template.ts';
import { T1 } from '#lib/domain/tasks/stroke-t1.ts';

const TISSUES = 'brain-tissue-segmentation';

/** Several labels in one mask, scored for each label and as the mean over labels. */
export const TISSUE_LABELS_TEMPLATE: ChallengeTemplate = {
  name: 'tissue-labels',
  summary: 'one T1 scan in, one mask with the labels CSF, gray matter and white matter out',
  define: (now) =>
    defineChallenge(now, {
      slug: 'brain-tissues-synthetic',
      title: 'Brain tissues on T1-weighted MRI',
      question: 'How well can an algorithm tell gray matter, white matter and CSF apart?',
      summary: [
        'Studies of aging and dementia measure the volumes of tissues. Scanners differ in contrast, resolution and ' +
          'bias, and an algorithm has to find the same borders in all of them.',
        'The container gets one skull-stripped T1 scan and writes one mask on its grid: 1 for CSF, 2 for gray matter, ' +
          '3 for white matter, 0 outside of the brain.',
        'These scans are synthetic: a real T1 brain, deformed, as nine scanners would show it. Scores on them show ' +
          'that the platform works, but nothing about patients.',
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
          ],
          outputs: [
            {
              slug: TISSUES,
              title: 'Tissues',
              kind: 'Segmentation',
              relative_path: `images/${TISSUES}`,
              format: 'nii.gz',
            },
          ],
          scoring: {
            kind: 'segmentation',
            output: TISSUES,
            grid: T1,
            labels: [
              { value: 1, name: 'CSF' },
              { value: 2, name: 'gray matter' },
              { value: 3, name: 'white matter' },
            ],
          },
        },
        limits: LIMITS,
        metrics: [
          { metric: 'dice', weight: 1 },
          { metric: 'volume_difference', weight: 1 },
          { metric: 'dice@CSF', weight: 0 },
          { metric: 'dice@gray matter', weight: 0 },
          { metric: 'dice@white matter', weight: 0 },
        ],
      },
    }),
};
