import { afterAll, beforeAll, expect, test } from 'vitest';
import { quotaLeft } from '#lib/domain/phases/quota/quota.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { findSubmission } from '#lib/site/submissions/find-submission.ts';
import { readQuota } from '#lib/site/submissions/read-quota.ts';
import { decideMerge, requestMerge } from '#lib/site/teams/merge-requests.ts';
import { manageTeam } from '#lib/site/teams/team-management.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { joinTeam, newSubmissionOf, newTeam, type TestTeam } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner, { perDay: 5, total: 6 });
});
afterAll(() => here.close());

const register = (team: TestTeam, { challengeSlug }: Scene = scene) =>
  registerTeam(here.site, challengeSlug, { team: team.slug }, team.owner);
const ask = (from: TestTeam, into: TestTeam) =>
  requestMerge(here.site, from.slug, { into: into.slug }, from.owner);
async function merge(from: TestTeam, into: TestTeam): Promise<void> {
  const { id } = await ask(from, into);
  await decideMerge(here.site, { team: into.slug, id }, { decision: 'accept' }, into.owner);
}
const quotaOf = async ({ id }: TestTeam, { phaseId }: Scene = scene) => {
  const row = await here.database.owner.phase.findUniqueOrThrow({ where: { id: phaseId } });
  return readQuota(here.database.owner, phaseFromRow(row), id, here.site.now());
};
const score = async (evaluationId: string, dice: number) =>
  recordScores(here.database, evaluationId, [
    { status: 'SCORED', metrics: { dice, volume_difference: 1 } },
    { status: 'SCORED', metrics: { dice, volume_difference: 1 } },
  ]);

test('merging needs both owners', async () => {
  const [from, into] = [await newTeam(here), await newTeam(here)];
  const member = await joinTeam(here, into);
  await expect(requestMerge(here.site, from.slug, { into: into.slug }, into.owner)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await expect(ask(from, { ...into, slug: 'no-such-team' })).rejects.toMatchObject({
    fields: { into: expect.stringContaining('no team with this address') },
  });
  await expect(ask(from, from)).rejects.toMatchObject({ code: 'INVALID' });
  const request = await ask(from, into);
  expect(await ask(from, into)).toEqual(request);
  for (const viewer of [from.owner, member, await here.newViewer()]) {
    const deciding = decideMerge(
      here.site,
      { team: into.slug, id: request.id },
      { decision: 'accept' },
      viewer,
    );
    await expect(deciding).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  for (const team of [from, into]) {
    const { merges } = await manageTeam(here.site, team.slug, team.owner);
    expect(merges).toMatchObject([{ id: request.id, from: { slug: from.slug }, into: { slug: into.slug } }]);
  }
  const decide = (decision: string, team: TestTeam) =>
    decideMerge(here.site, { team: team.slug, id: request.id }, { decision }, team.owner);
  await decide('withdraw', from);
  await decide('withdraw', from);
  await expect(decide('accept', into)).rejects.toMatchObject({ code: 'CONFLICT' });
  const again = await ask(from, into);
  await decideMerge(here.site, { team: into.slug, id: again.id }, { decision: 'decline' }, into.owner);
  expect((await here.refresh(from.owner)).teams).toMatchObject([{ slug: from.slug }]);
});

test('the merged team has used the quota of both, and every submission keeps its origin', async () => {
  const [from, into] = [await newTeam(here), await newTeam(here)];
  const member = await joinTeam(here, from);
  await register(from);
  await register(into);
  const theirs = [await newSubmissionOf(here, scene, from), await newSubmissionOf(here, scene, from)];
  const ours = await newSubmissionOf(here, scene, into);
  await score(theirs[0]!.evaluationId, 0.9);
  await score(ours.evaluationId, 0.6);
  // 2 of 6 and 1 of 6 make 3 of 6.
  expect(quotaLeft(await quotaOf(into))).toEqual({ today: 4, total: 5 });
  await merge(from, into);
  expect(quotaLeft(await quotaOf(into))).toEqual({ today: 2, total: 3 });

  const { owner: db } = here.database;
  const rows = await db.submission.findMany({ where: { teamId: into.id }, orderBy: { id: 'asc' } });
  expect(rows.map(({ id, originTeamId }) => [id, originTeamId])).toEqual([
    [theirs[0]!.id, from.id],
    [theirs[1]!.id, from.id],
    [ours.id, null],
  ]);
  // One registration remains, for one team of three people.
  const registrations = await db.registration.findMany({
    where: { challengeId: scene.challengeId, teamId: { in: [from.id, into.id] } },
  });
  expect(registrations.map(({ teamId }) => teamId)).toEqual([into.id]);
  const participations = await db.participation.findMany({ where: { teamId: into.id } });
  expect(new Set(participations.map(({ userId }) => userId))).toEqual(
    new Set([from.owner.userId, member.userId, into.owner.userId]),
  );
  const { members } = await manageTeam(here.site, into.slug, await here.refresh(member));
  expect(members.map(({ id, role }) => [id, role])).toEqual([
    [into.owner.userId, 'OWNER'],
    [from.owner.userId, 'MEMBER'],
    [member.userId, 'MEMBER'],
  ]);
  // The leaderboard has one entry for both, with the better score.
  await here.site.rankings.refresh(scene.phaseId);
  expect((await teamView(here.site, into.slug, null)).results).toMatchObject([
    { submissionId: theirs[0]!.id, value: 0.9 },
  ]);
  expect(await teamView(here.site, from.slug, null)).toMatchObject({
    mergedInto: { slug: into.slug },
    dissolvedAt: expect.any(String),
    results: [],
  });
  // What was queued can still be cancelled, and its archives can be used again.
  await cancelSubmission(here.site, theirs[1]!.id, await here.refresh(into.owner));
  const archives = await db.image.count({ where: { teamId: into.id } });
  expect(archives).toBe(3);
});

test('merging can use up the quota, and the next submission is refused', async () => {
  const [from, into] = [await newTeam(here), await newTeam(here)];
  for (const team of [from, into]) {
    await register(team);
    for (let index = 0; index < 4; index++) await newSubmissionOf(here, scene, team, { state: 'FAILED' });
  }
  await merge(from, into);
  expect(quotaLeft(await quotaOf(into))).toEqual({ today: 0, total: 0 });
  const imageId = await scene.image(into.id);
  const place = { challenge: scene.challengeSlug, phase: 'test', team: into.slug };
  const submitting = createSubmission(
    here.site,
    { ...place, imageId, modelId: null, algorithm: 'net' },
    into.owner,
  );
  await expect(submitting).rejects.toMatchObject({ code: 'QUOTA_USED' });
});

test('results of closed phases stay those of the team that had them, and its former members still read them', async () => {
  const { owner: db } = here.database;
  const own = await newScene(db);
  const [from, into] = [await newTeam(here), await newTeam(here)];
  await register(from, own);
  const past = await newSubmissionOf(here, own, from);
  const failed = await newSubmissionOf(here, own, from, { state: 'FAILED' });
  await score(past.evaluationId, 0.9);
  await db.phase.update({ where: { id: own.phaseId }, data: { closesAt: new Date(Date.now() - 1000) } });
  await merge(from, into);
  await here.site.rankings.refresh(own.phaseId);
  expect((await teamView(here.site, from.slug, null)).results).toMatchObject([{ submissionId: past.id }]);
  const former = await here.refresh(from.owner);
  expect(await findSubmission(here.site, failed.id, former)).toMatchObject({ audience: 'team' });
  await expect(findSubmission(here.site, failed.id, await here.newViewer())).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('a registration of the merged team alone goes over to the other', async () => {
  const [from, into] = [await newTeam(here), await newTeam(here)];
  const member = await joinTeam(here, into);
  await register(from);
  await merge(from, into);
  const { owner: db } = here.database;
  expect(await db.registration.count({ where: { teamId: into.id, challengeId: scene.challengeId } })).toBe(1);
  const participations = await db.participation.findMany({ where: { teamId: into.id } });
  expect(participations.map(({ userId }) => userId).sort()).toEqual(
    [from.owner.userId, into.owner.userId, member.userId].sort(),
  );
});

test('teams that would be too large together, or whose members are in a third one, don’t merge', async () => {
  const { owner: db } = here.database;
  const own = await newScene(db);
  await db.challenge.update({ where: { id: own.challengeId }, data: { maxTeamSize: 2 } });
  const [from, into] = [await newTeam(here), await newTeam(here)];
  await joinTeam(here, from);
  await register(from, own);
  await expect(ask(from, into)).rejects.toThrow(/have at most 2 members/);

  const third = await newTeam(here);
  const [left, right] = [await newTeam(here), await newTeam(here)];
  const shared = await joinTeam(here, left);
  await joinTeam(here, third, shared);
  await register(third);
  await register(right);
  await expect(ask(left, right)).rejects.toThrow(
    `${shared.name} takes part in “Stroke lesions” with another team`,
  );
});

test('submissions that arrive while teams merge count for the merged team', async () => {
  for (let round = 0; round < 4; round++) {
    const [from, into] = [await newTeam(here), await newTeam(here)];
    await register(from);
    await register(into);
    const imageId = await scene.image(from.id);
    const place = { challenge: scene.challengeSlug, phase: 'test', team: from.slug };
    const submit = () =>
      createSubmission(here.site, { ...place, imageId, modelId: null, algorithm: 'net' }, from.owner);
    const results = await Promise.allSettled([submit(), merge(from, into), submit(), submit()]);
    const sent = [0, 2, 3].filter((index) => results[index]!.status === 'fulfilled').length;
    expect(results[1]).toMatchObject({ status: 'fulfilled' });
    expect(await quotaOf(into)).toMatchObject({ usedTotal: sent });
    expect(await quotaOf(from)).toMatchObject({ usedTotal: 0 });
  }
});
