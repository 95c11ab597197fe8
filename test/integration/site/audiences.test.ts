import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicEvaluationSchema } from '#lib/api/evaluations.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { newAdministrator, newMember, newScoredSubmission } from '#test/support/api/people.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/**
 * Guarantee: everybody sees of a scored submission what the leaderboard shows. Its archives, who submitted it, its
 * team’s other submissions and its exact times are visible only to the team and the organizers.
 */
let here: TestSite;
const api = new CheckedApi(ORIGIN);
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
});
afterAll(() => here.close());

const MINUTE = /:00\.000Z$/;
const CREATED_AT = new Date('2026-03-01T10:20:41.123Z');
const STARTED_AT = new Date('2026-03-01T10:22:07.456Z');
const FINISHED_AT = new Date('2026-03-01T10:25:13.789Z');
const EXACT_TIMES = ['41.123', '07.456', '13.789'];

/** A scored submission and another one of the same team, with times that can be recognized. */
async function newPair(kind: 'OPEN' | 'HIDDEN') {
  const { owner } = here.database;
  const scored = await newScoredSubmission(api, here.database, kind);
  const { imageId, ...row } = await owner.submission.findUniqueOrThrow({ where: { id: scored.id } });
  const image = await owner.image.findUniqueOrThrow({ where: { id: imageId } });
  await owner.submission.update({ where: { id: scored.id }, data: { createdAt: CREATED_AT } });
  const times = { startedAt: STARTED_AT, imageReadyAt: STARTED_AT, finishedAt: FINISHED_AT };
  await owner.evaluation.updateMany({
    where: { submissionId: scored.id },
    data: { createdAt: CREATED_AT, ...times },
  });
  const other = await owner.submission.create({
    data: {
      phaseId: row.phaseId,
      teamId: row.teamId,
      userId: row.userId,
      imageId,
      algorithm: 'secret next version',
      createdAt: new Date('2026-03-01T10:10:00Z'),
      evaluations: { create: { caseCount: 2 } },
    },
    include: { evaluations: true },
  });
  // Its score also brings the changed times to the leaderboard; a member's page waits until it is ranked.
  await recordScores(here.database, other.evaluations[0]!.id, []);
  await api.ok('readSubmission', { params: { id: scored.id }, token: scored.token });
  const member = await owner.user.update({ where: { id: row.userId }, data: { name: 'Grace Hopper' } });
  const secrets = [image.sha256, image.fileName, other.id, 'secret next version', member.name];
  return { ...scored, secrets: [...secrets, ...EXACT_TIMES] };
}

describe.each(['OPEN', 'HIDDEN'] as const)('in a phase that is %s', (kind) => {
  test('a visitor and another team see what the leaderboard shows, and nothing else', async () => {
    const { id, challengeSlug, secrets } = await newPair(kind);
    const rival = await newMember(api, challengeSlug);
    for (const sent of [{}, { token: rival.token }]) {
      const { text } = await api.answer('readSubmission', { params: { id }, ...sent });
      for (const secret of secrets) expect(text).not.toContain(secret);
      const view = JSON.parse(text);
      expect(view).toMatchObject({
        audience: 'public',
        algorithm: 'empty',
        createdAt: '2026-03-01T10:20:00.000Z',
      });
      expect(Object.keys(view.evaluation).sort()).toEqual(Object.keys(publicEvaluationSchema.shape).sort());
      expect(view.leaderboardEntry).toMatchObject({ submissionId: id, rank: 1 });
    }
  });

  test('the team and an organizer see its archives, who submitted it, and the other submissions', async () => {
    const { id, token } = await newPair(kind);
    const organizer = await newAdministrator(api, here.database.owner);
    for (const [audience, reader] of [
      ['team', token],
      ['organizer', organizer],
    ] as const) {
      const view = await api.ok('readSubmission', { params: { id }, token: reader });
      expect(view).toMatchObject({
        audience,
        submittedBy: 'Grace Hopper',
        createdAt: CREATED_AT.toISOString(),
        image: { fileName: 'größe.tar.gz', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        others: [{ algorithm: 'secret next version' }],
        evaluation: { startedAt: expect.any(String), finishedAt: expect.any(String) },
      });
    }
  });

  test('only the team and organizers can follow it', async () => {
    const { id, token, challengeSlug } = await newPair(kind);
    const params = { id };
    const rival = await newMember(api, challengeSlug);
    await api.refused('followSubmission', 401, { params });
    await api.refused('followSubmission', 403, { params, token: rival.token });
    const { next } = await api.events('followSubmission', { params, token });
    expect(await next()).toMatchObject({ state: 'SCORED' });
  });

  test('the leaderboard shows times to the minute, as JSON and as CSV', async () => {
    const { challengeSlug: slug, secrets, id } = await newPair(kind);
    const params = { slug, phase: 'test' };
    const { entries, updatedAt } = await api.ok('readLeaderboard', { params });
    expect(entries).toMatchObject([{ submissionId: id, submittedAt: '2026-03-01T10:20:00.000Z' }]);
    expect(updatedAt).toMatch(MINUTE);
    for (const name of ['readLeaderboard', 'exportLeaderboard', 'readFigures', 'readChallenge'] as const) {
      const { text } = await api.answer(name, { params });
      for (const secret of secrets) expect(text, name).not.toContain(secret);
    }
  });
});
