import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { CASES, LARGE_CHALLENGE, MAIN_PHASE } from '#test/bench/large-database/challenges.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { type Target, whileBeingRead } from './measure.ts';
import type { RowResult } from './report.ts';
import { NEW_SCORE } from './rows.ts';

const SCORES = 5;
const POLL_MS = 50;
const GIVE_UP_MS = 30_000;

/**
 * Records scores one after another, with each of which a team gets ahead of all others, while fifty readers read the
 * leaderboard; returns the longest time from a record until the leaderboard has it, and what the readers met.
 */
export async function measureNewScores(
  database: TestDatabase,
  url: string,
  leaderboard: Target,
): Promise<{ slowestMs: number; row: RowResult }> {
  const { result, load } = await whileBeingRead(leaderboard, async () => {
    const timesMs: number[] = [];
    for (let score = 0; score < SCORES; score++) timesMs.push(await measureNewScore(database, url, score));
    return timesMs;
  });
  const { p50Ms, p95Ms, failed, failure } = load;
  const row = {
    name: NEW_SCORE,
    p50Ms,
    p95Ms,
    spread: null,
    cpuMs: null,
    memoryBytes: null,
    perSecond: null,
    htmlBytes: null,
    failed,
    failure,
  };
  return { slowestMs: Math.max(...result), row };
}

async function measureNewScore(database: TestDatabase, url: string, score: number): Promise<number> {
  const { evaluationId, submissionId } = await createEvaluation(database, score);
  // Each score is a little better than the one before it.
  const metrics = {
    dice: 0.99 + score / 1000,
    lesion_f1: 0.99,
    volume_difference: 0.1,
    hd95: 1,
    sensitivity: 0.99,
  };
  await recordScores(
    database,
    evaluationId,
    Array.from({ length: CASES }, () => ({ status: 'SCORED', metrics })),
  );
  const recordedAt = performance.now();
  const site = new SiteClient(url);
  while (performance.now() - recordedAt < GIVE_UP_MS) {
    const leaderboard = await site.leaderboard(LARGE_CHALLENGE, MAIN_PHASE);
    if (leaderboard?.entries.some((entry) => entry.submissionId === submissionId)) break;
    await sleep(POLL_MS);
  }
  return performance.now() - recordedAt;
}

/** A new submission of one of the registered teams. */
async function createEvaluation({ owner }: TestDatabase, skip: number) {
  const phase = await owner.phase.findFirstOrThrow({
    where: { slug: MAIN_PHASE, challenge: { slug: LARGE_CHALLENGE } },
  });
  const registration = await owner.registration.findFirstOrThrow({
    where: { challengeId: phase.challengeId },
    include: { team: { include: { members: true } } },
    orderBy: { teamId: 'asc' },
    skip,
  });
  const { teamId, team } = registration;
  const { userId } = team.members[0]!;
  const image = await owner.image.create({
    data: { teamId, fileName: 'new.tar.gz', bytes: 10n, sha256: randomUUID().replaceAll('-', '').repeat(2) },
  });
  const submission = await owner.submission.create({
    data: {
      ...{ phaseId: phase.id, teamId, userId, imageId: image.id, algorithm: `new ${skip}` },
      evaluations: { create: { caseCount: CASES } },
    },
    include: { evaluations: true },
  });
  return { submissionId: submission.id, evaluationId: submission.evaluations[0]!.id };
}
