import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { challengeDefinitionSchema, type phaseDefinitionSchema } from '#lib/domain/phases/phase.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { whyNoDebianRootfs } from '#test/support/images/debian-rootfs.ts';
import { tarOf } from '#test/support/images/tar.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { openRunningSite, type RunningSite } from '#test/support/site/running-site.ts';
import { buildStranger, type Stranger } from '#test/support/strangers/images.ts';
import {
  PROGRAM_SCORES,
  SCAN_COUNT,
  SERVER_SCORES,
  truthsByScan,
  writeNativeScans,
} from '#test/support/strangers/native-scans.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

/**
 * Containers that other people wrote for grand-challenge.org, submitted as they are: from the upload over HTTP to the
 * scores on the site.
 */
const DAY_MS = 86_400_000;

interface Submitted {
  what: string;
  stranger: Stranger;
  phase: string;
  /** What the phase differs in from the defaults. */
  settings: Partial<z.input<typeof phaseDefinitionSchema>>;
  scores: Readonly<Record<string, number>>;
}

const SUBMITTED: readonly Submitted[] = [
  {
    what: 'a server of 2026, whose masks and maps have no geometry',
    stranger: 'server',
    phase: 'server',
    settings: {
      contract: 'INVOKE',
      task: strokeTask({ format: 'mha', maps: true }),
      acceptsMissingGeometry: true,
      metrics: [
        { metric: 'dice', weight: 1 },
        { metric: 'pr_auc', weight: 1 },
      ],
    },
    scores: SERVER_SCORES,
  },
  {
    what: 'an older program, whose masks have the scan’s geometry',
    stranger: 'program',
    phase: 'program',
    settings: { contract: 'EXEC' },
    scores: PROGRAM_SCORES,
  },
  {
    what: 'the program, scored by a scorer of another platform',
    stranger: 'program',
    phase: 'scored',
    settings: {
      contract: 'EXEC',
      task: taskSchema.parse({
        ...strokeTask(),
        scoring: {
          kind: 'container',
          limits: { memoryMib: 1024, timeLimitSeconds: 120 },
          metrics: [
            { name: 'dice', title: 'Dice', better: 'higher', worst: 0, range: [0, 1], case: 'dice' },
            { name: 'mean_dice', title: 'Mean Dice', better: 'higher', worst: 0, aggregate: 'dice.mean' },
          ],
        },
      }),
      metrics: [
        { metric: 'dice', weight: 1 },
        { metric: 'mean_dice', weight: 0 },
      ],
    },
    scores: PROGRAM_SCORES,
  },
];

const CHALLENGE = 'native-scans';

function definition() {
  const at = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  return challengeDefinitionSchema.parse({
    slug: CHALLENGE,
    title: 'Native scans',
    question: 'Do containers of other platforms run here?',
    summary: 'Scans on their own grids.',
    synthetic: true,
    phases: SUBMITTED.map(({ phase, settings }) => ({
      slug: phase,
      title: phase,
      kind: 'OPEN',
      opensAt: at(-1),
      closesAt: at(1),
      limits: { cpus: 1, memoryMib: 1024, pids: 128, timeLimitSeconds: 60, outputMib: 64, imageMib: 1024 },
      metrics: [{ metric: 'dice', weight: 1 }],
      submissionsPerDay: 5,
      submissionsTotal: 10,
      seed: 1,
      ...settings,
    })),
  });
}

const skipped = skipWithout('a container of another platform', whyNoDebianRootfs());

describe.skipIf(skipped)(
  'an image that was written for grand-challenge.org, submitted unchanged',
  () => {
    let site: RunningSite;
    beforeAll(async () => {
      site = await openRunningSite();
      const data = await writeNativeScans(site.folder);
      await site.createChallenge({
        definition: definition(),
        data: Object.fromEntries(SUBMITTED.map(({ phase }) => [phase, data])),
        scorers: { scored: await scorerOf(site.folder) },
      });
    }, 600_000);
    afterAll(() => site?.close());

    /** It finds the truth of a case by the name of its scan. */
    const scorerOf = async (folder: string) => {
      const image = path.join(folder, 'scorer.tar');
      await buildStranger(image, 'scorer');
      const groundTruth = path.join(folder, 'truth.tar');
      await writeFile(groundTruth, await tarOf(truthsByScan()));
      return { image, groundTruth, key: path.join(folder, 'scorer.key') };
    };

    const submit = async (stranger: Stranger, phase: string) => {
      const archive = path.join(site.folder, `${stranger}.tar`);
      if (!existsSync(archive)) await buildStranger(archive, stranger);
      return site.submit({ challenge: CHALLENGE, phase, archive, algorithm: stranger });
    };

    it.each(SUBMITTED)('$what reaches SCORED', async ({ stranger, phase, scores }) => {
      const { evaluation } = await submit(stranger, phase);
      expect(evaluation).toMatchObject({ state: 'SCORED', error: null, caseErrors: [], scored: SCAN_COUNT });
      const means = Object.fromEntries(evaluation.scores.map(({ metric, mean }) => [metric, mean]));
      for (const [metric, value] of Object.entries(scores)) expect(means[metric]).toBeCloseTo(value, 3);
      // Every case has this score, whatever the axes of its grid.
      expect(evaluation.caseScores).toHaveLength(SCAN_COUNT);
      for (const { metrics } of evaluation.caseScores) {
        for (const [metric, value] of Object.entries(scores)) expect(metrics[metric]).toBeCloseTo(value, 3);
      }
    });

    it('a server in a phase of programs is refused with both words, before it runs', async () => {
      const { evaluation } = await submit('server', 'program');
      expect(evaluation).toMatchObject({
        state: 'FAILED',
        error: {
          code: 'IMAGE_INVALID',
          message: expect.stringMatching(/ says invoke, .* contract is exec\./),
        },
      });
    });
  },
  300_000,
);
