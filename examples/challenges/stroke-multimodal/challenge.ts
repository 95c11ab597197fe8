import {
  type ChallengeTemplate,
  defineChallenge,
  equalWeights,
  LIMITS,
} from '#examples/challenges/template.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';

const DWI = 'dwi-brain-mri';

const image = (slug: string, title: string) => ({
  slug,
  title,
  kind: 'Image' as const,
  relative_path: `images/${slug}`,
  format: 'nii.gz' as const,
});

/** ISLES 2022: acute infarcts on three sequences, each on its own grid. */
export const STROKE_MULTIMODAL_TEMPLATE: ChallengeTemplate = {
  name: 'stroke-multimodal',
  summary:
    'DWI, ADC and FLAIR on their own grids in, one infarct mask on the grid of the DWI out, as ISLES 2022',
  define: (now) =>
    defineChallenge(now, {
      slug: 'stroke-multimodal-synthetic',
      title: 'Acute infarcts on DWI, ADC and FLAIR',
      question: 'How well can an algorithm find acute infarcts on diffusion-weighted MRI?',
      summary: [
        'In the first days after a stroke, diffusion-weighted MRI shows where tissue dies. Volume and number of the ' +
          'infarcts guide treatment and point to the cause.',
        'The container gets three images of a patient: DWI and ADC with voxels of 2 mm, and FLAIR with slices of 5 mm, ' +
          'between which the head has moved. It writes one mask on the grid of the DWI.',
        'These scans are synthetic: contrasts painted on a real brain, with noise and old damage that looks like an ' +
          'infarct in FLAIR. Scores on them show that the platform works, but nothing about patients, and must not ' +
          'be compared with results of ISLES 2022.',
      ].join('\n\n'),
      synthetic: true,
      settings: {
        task: {
          inputs: [
            image(DWI, 'Diffusion-weighted MRI'),
            image('adc-brain-mri', 'Apparent diffusion coefficient'),
            image('flair-brain-mri', 'FLAIR MRI'),
          ],
          outputs: [
            {
              slug: LESIONS,
              title: 'Infarct mask',
              kind: 'Segmentation',
              relative_path: `images/${LESIONS}`,
              format: 'nii.gz',
            },
          ],
          scoring: { kind: 'segmentation', output: LESIONS, grid: DWI },
        },
        connectivity: 26,
        limits: LIMITS,
        metrics: equalWeights('dice', 'volume_difference', 'lesion_count_difference', 'lesion_f1'),
      },
    }),
};
