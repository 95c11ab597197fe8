import {
  type ChallengeTemplate,
  defineChallenge,
  equalWeights,
  LIMITS,
} from '#examples/challenges/template.ts';
import { LESIONS, STROKE_METADATA, T1 } from '#lib/domain/tasks/stroke-t1.ts';

const MAP = 'lesion-probability-map';

/**
 * The challenge ISLES'26 (MICCAI 2026, on ATLAS 3.0), as its organizers' container template of July 2026 reads and
 * writes: github.com/ezequieldlrosa/isles26-docker-template.
 */
export const ISLES26_TEMPLATE: ChallengeTemplate = {
  name: 'isles26',
  summary: "one T1 scan on its own grid in, lesion mask and probability map out, as ISLES'26",
  define: (now) =>
    defineChallenge(now, {
      slug: 'isles26-synthetic',
      title: 'Stroke lesions on T1-weighted MRI in native space',
      question:
        'How well can an algorithm trace stroke lesions on a T1-weighted scan as the scanner stored it?',
      summary: [
        'Clinical scans come in many voxel sizes and orientations. Here each scan is skull-stripped but stays on the ' +
          'grid that its scanner stored: voxels of 0.8 to 2.8 mm, axes in any order, the head tilted.',
        'The container is a server. For each scan, it writes a binary mask and a map of lesion probability on the ' +
          'same grid. Both count: four metrics score the mask, and one the map.',
        'These scans are synthetic: a real T1 brain, deformed, with lesions whose sizes, numbers and vascular ' +
          'territories follow those of patients. Scores on them show that the platform works, but nothing about ' +
          "patients, and must not be compared with results of ISLES'26.",
      ].join('\n\n'),
      synthetic: true,
      settings: {
        contract: 'INVOKE',
        task: {
          inputs: [
            {
              slug: T1,
              title: 'T1-weighted MRI',
              kind: 'Image',
              relative_path: `images/${T1}`,
              format: 'mha',
            },
            {
              slug: STROKE_METADATA,
              title: 'Site, chronicity and days after stroke',
              kind: 'Anything',
              relative_path: `${STROKE_METADATA}.json`,
              required: false,
            },
          ],
          outputs: [
            {
              slug: LESIONS,
              title: 'Lesion mask',
              kind: 'Segmentation',
              relative_path: `images/${LESIONS}`,
              format: 'mha',
            },
            {
              slug: MAP,
              title: 'Lesion probability',
              kind: 'Heat Map',
              relative_path: `images/${MAP}`,
              format: 'mha',
            },
          ],
          scoring: { kind: 'segmentation', output: LESIONS, grid: T1, probabilityMap: MAP },
        },
        acceptsMissingGeometry: true,
        ranking: 'RANK_THEN_AGGREGATE',
        summary: 'MEDIAN',
        connectivity: 26,
        limits: { ...LIMITS, timeLimitSeconds: 600, outputMib: 256, imageMib: 10_240 },
        metrics: equalWeights(
          'dice',
          'lesion_f1_greedy25',
          'lesion_count_difference',
          'volume_difference',
          'pr_auc_trapezoid',
        ),
      },
    }),
};
