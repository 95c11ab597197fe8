import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { recordScoresAtOnce, type TestCaseRecord } from './record-scores.ts';

const DAY_MS = 86_400_000;

/** Names of the teams, from best to worst, and how far their masks are off: Dice, and volume as a factor. */
const TEAMS = [
  ['Lesion Lab', 0.78, 1.02],
  ['North Neuro', 0.77, 0.95],
  ['Voxel Guild', 0.74, 1.1],
  ['Harbour Imaging', 0.68, 0.9],
  ['Perilesional', 0.64, 1.2],
  ['Contralateral', 0.6, 0.8],
  ['A team with a name that is longer than its column', 0.45, 1.5],
  ['Threshold', 0.2, 0.4],
] as const;

/**
 * A challenge whose only phase, `test`, has a leaderboard of eight teams with some submissions each, 24 cases and volumes.
 * Deterministic but for names and times.
 */
export async function newScoredTeams(
  database: Pick<TestDatabase, 'owner' | 'runner'>,
  { kind, caseCount = 24 }: { kind: 'OPEN' | 'HIDDEN'; caseCount?: number },
): Promise<Scene & { teams: string[] }> {
  const { owner } = database;
  const opensAt = new Date(Date.now() - 20 * DAY_MS);
  const scene = await newScene(owner, { kind, opensAt });
  await owner.phase.update({ where: { id: scene.phaseId }, data: { recordsVolumes: true } });
  await owner.testSet.update({ where: { id: scene.testSetId }, data: { caseCount } });
  const source = seededSource(11);
  const uniform = () => randomBelow(source, 1_000_000) / 1_000_000;
  const truths = Array.from({ length: caseCount }, () => 0.5 + 60 * uniform() ** 3);
  const teams: string[] = [];
  for (const [place, [name, dice, factor]] of TEAMS.entries()) {
    const userId = await scene.user();
    const team = await scene.team(userId);
    await owner.team.update({ where: { id: team.id }, data: { name } });
    teams.push(team.slug);
    const imageId = await scene.image(team.id);
    for (let turn = 0; turn < 3; turn++) {
      const createdAt = new Date(opensAt.getTime() + (1 + place / 4 + 6 * turn) * DAY_MS);
      const submission = await owner.submission.create({
        data: {
          phaseId: scene.phaseId,
          teamId: team.id,
          userId,
          imageId,
          algorithm: unique('net'),
          createdAt,
        },
      });
      const { id } = await owner.evaluation.create({ data: { submissionId: submission.id, caseCount } });
      const level = dice - 0.12 + 0.06 * turn;
      await recordScoresAtOnce(
        database,
        id,
        truths.map((trueMl, index): TestCaseRecord => {
          if (place % 3 === 2 && index === caseCount - 1) return { status: 'FAILED', code: 'EXIT_NONZERO' };
          const overlap = Math.min(1, Math.max(0, level + 0.5 * (uniform() - 0.5)));
          const predictedMl = trueMl * factor * (0.8 + 0.4 * uniform());
          return {
            status: 'SCORED',
            metrics: {
              dice: overlap,
              volume_difference: Math.abs(predictedMl - trueMl),
              predicted_volume: predictedMl,
              true_volume: trueMl,
            },
          };
        }),
      );
    }
  }
  return { ...scene, teams };
}
