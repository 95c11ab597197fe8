import {
  type ChallengeTemplate,
  defineChallenge,
  equalWeights,
  LIMITS,
} from '#examples/challenges/template.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';

/** Chronic stroke lesions on T1-weighted MRI, with the task and the four metrics of ATLAS 2022. */
export const STROKE_T1_TEMPLATE: ChallengeTemplate = {
  name: 'stroke-t1',
  summary: 'one T1 scan on the MNI grid in, one lesion mask out, as ATLAS 2022',
  define: (now) =>
    defineChallenge(now, {
      slug: 'stroke-t1-synthetic',
      title: 'Chronic stroke lesions on T1-weighted MRI',
      question:
        'How well can an algorithm trace a chronic stroke lesion on a T1-weighted scan it has never seen?',
      summary: [
        'Stroke researchers trace lesions on T1-weighted MRI by hand, which takes an expert up to hours per scan. ' +
          'An algorithm that does it as well would make thousands of scans available for studies of recovery.',
        'Each scan is on the grid of the ATLAS dataset (197×233×189 voxels of 1 mm, MNI152NLin2009aSym). The ' +
          'container gets one scan and writes one binary mask on the same grid.',
        'These scans are synthetic: a real T1 brain, deformed, with lesions whose sizes, numbers and vascular ' +
          'territories follow those of patients. Scores on them show that the platform works, but nothing about ' +
          'patients, and must not be compared with results on ATLAS.',
      ].join('\n\n'),
      synthetic: true,
      settings: {
        task: STROKE_T1,
        limits: LIMITS,
        metrics: equalWeights('dice', 'volume_difference', 'lesion_count_difference', 'lesion_f1'),
        metricSets: [
          { name: 'Voxels', metrics: ['dice', 'volume_difference'] },
          { name: 'Lesions', metrics: ['lesion_f1', 'lesion_count_difference'] },
        ],
      },
    }),
};
