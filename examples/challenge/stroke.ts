import { type ChallengeDefinition, challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const DAY_MS = 24 * 3600 * 1000;
const OPEN_DAYS = 180;

/** ATLAS's four metrics, with equal weight in the ranking; the first is the primary metric. */
const METRICS = ['dice', 'volume_difference', 'lesion_count_difference', 'lesion_f1'].map((metric) => ({
  metric,
  weight: 1,
}));

const LIMITS = { cpus: 1, memoryMib: 2048, pids: 128, timeLimitSeconds: 120, outputMib: 128, imageMib: 1024 };

/**
 * The example challenge: chronic stroke lesions on synthetic T1-weighted MRI. Both phases open a day before
 * `now`, so that they are open even if clocks differ.
 */
export function strokeChallenge(now: Date): ChallengeDefinition {
  const window = {
    opensAt: new Date(now.getTime() - DAY_MS).toISOString(),
    closesAt: new Date(now.getTime() + OPEN_DAYS * DAY_MS).toISOString(),
  };
  const common = {
    ...window,
    limits: LIMITS,
    metrics: METRICS,
    submissionsPerDay: 25,
    submissionsTotal: 500,
  };
  return challengeDefinitionSchema.parse({
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
    phases: [
      { ...common, slug: 'rehearsal', title: 'Rehearsal', kind: 'OPEN', seed: 1 },
      // Kept for a month, so that a change of the scorer can be tested on them (`heldout rescore`).
      { ...common, slug: 'test', title: 'Hidden test', kind: 'HIDDEN', seed: 2, keepsPredictionsDays: 30 },
    ],
  });
}
