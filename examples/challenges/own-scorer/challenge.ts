import {
  type ChallengeTemplate,
  defineChallenge,
  equalWeights,
  LIMITS,
} from '#examples/challenges/template.ts';

const image = (slug: string, title: string, kind: 'Image' | 'Segmentation') => ({
  slug,
  title,
  kind,
  relative_path: `images/${slug}`,
  format: 'png',
});

/** Anything that Heldout can't score itself: here label pictures, by the scorer in examples/scorers/own-scorer. */
export const OWN_SCORER_TEMPLATE: ChallengeTemplate = {
  name: 'own-scorer',
  summary: 'one picture in, one label picture out, scored by your own container',
  define: (now) =>
    defineChallenge(now, {
      slug: 'cells-synthetic',
      title: 'Cells in pictures',
      question: 'How well can an algorithm label bright and dark cells in a picture?',
      summary: [
        'The container gets one gray picture and writes a label picture of the same size: 1 for bright cells, 2 for ' +
          'dark cells, 0 elsewhere.',
        'A container of the organizers scores the label pictures: Dice of each label, then their mean.',
        'The pictures are synthetic. Scores on them show that the platform works, and nothing else.',
      ].join('\n\n'),
      synthetic: true,
      settings: {
        task: {
          inputs: [image('photo', 'Photo', 'Image')],
          outputs: [image('labels', 'Labels', 'Segmentation')],
          scoring: {
            kind: 'container',
            metrics: [
              {
                name: 'dice',
                title: 'Dice',
                meaning: 'Overlap with the true cells, as the mean over both labels.',
                better: 'higher',
                worst: 0,
                range: [0, 1],
                case: 'dice',
              },
            ],
            limits: { memoryMib: 1024, timeLimitSeconds: 300 },
          },
        },
        limits: { ...LIMITS, memoryMib: 512, timeLimitSeconds: 60, outputMib: 16 },
        metrics: equalWeights('dice'),
      },
    }),
};
