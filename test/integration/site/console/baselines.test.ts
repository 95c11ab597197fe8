import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { figuresView } from '#lib/site/figures/figures-view.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { freezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';
import { dropBaseline, nameBaseline } from '#lib/site/submissions/decisions/baselines.ts';
import { requireGate } from '#lib/site/submissions/gate.ts';
import { readQuota } from '#lib/site/submissions/read-quota.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { asMember } from '#test/support/site/as-member.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Algorithms of the organizers on the leaderboard. */
let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());
beforeEach(async () => {
  scene = await newScene(here.database.owner);
  organizer = await here.newViewer();
  await organizes(organizer.userId);
});

async function organizes(userId: string) {
  const data = { challengeId: scene.challengeId, userId, role: 'EDITOR' as const };
  await here.database.owner.organizer.create({ data });
}

const scored = (dice: number) => scoredSubmission(here.database, scene, [dice, dice - 0.1]);

/** A scored submission of a team whose member organizes the challenge. */
async function ownScored(dice: number) {
  const submission = await scored(dice);
  await organizes(submission.userId);
  return submission;
}

async function leaderboard(viewer: Viewer | null = null) {
  await here.site.rankings.refresh(scene.phaseId);
  here.site.shared.forget();
  return wholeLeaderboard(here.site, scene.challengeSlug, 'test', viewer);
}

const NAME = { name: ' 3D  U-Net ' };

test('a baseline has a name and scores, changes nothing in the ranking, and counts again when that is undone', async () => {
  await scored(0.9);
  await scored(0.7);
  const alone = await leaderboard();
  const own = await ownScored(0.8);
  const among = await leaderboard();
  expect(among.entries).toHaveLength(3);

  await nameBaseline(here.site, own.id, NAME, organizer);
  const { entries, certainty, page, baselines } = await leaderboard();
  expect({ entries, certainty, page }).toEqual({
    entries: alone.entries,
    certainty: alone.certainty,
    page: alone.page,
  });
  // Dice 0.8 and 0.7, in every resample between them.
  expect(baselines).toMatchObject([
    {
      name: '3D U-Net',
      teamSlug: own.team.slug,
      failed: 0,
      scores: [{ value: 0.75, interval: [0.7, 0.8] }, {}],
    },
  ]);
  expect(baselines[0]!.scores[0]).not.toHaveProperty('rank');
  const figures = await figuresView(here.site, scene.challengeSlug, 'test', null, {});
  expect(figures).toMatchObject({ total: 2, baselines: [{ name: '3D U-Net', value: 0.75 }] });
  expect(await submissionView(here.site, own.id, null)).toMatchObject({
    ...{ standing: 'BASELINE', baseline: '3D U-Net', leaderboardEntry: null },
    evaluation: { scores: [{ mean: 0.75 }, {}] },
  });

  await expect(nameBaseline(here.site, own.id, NAME, organizer)).rejects.toMatchObject({ code: 'INVALID' });
  await expect(nameBaseline(here.site, own.id, { name: 'x' }, organizer)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await dropBaseline(here.site, own.id, organizer);
  expect(await leaderboard()).toMatchObject({ entries: among.entries, baselines: [] });
  await expect(dropBaseline(here.site, own.id, organizer)).rejects.toMatchObject({ code: 'CONFLICT' });
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId: scene.challengeId },
    orderBy: { id: 'asc' },
  });
  const [ranked, named] = [{ standing: 'RANKED' }, { standing: 'BASELINE', name: '3D U-Net' }];
  expect(events.map(({ action, before, after }) => [action, before, after])).toEqual([
    ['submission.nameBaseline', ranked, named],
    ['submission.dropBaseline', named, ranked],
  ]);
});

test('only submissions of an organizer’s team become baselines, by organizers', async () => {
  const other = await scored(0.8);
  await expect(nameBaseline(here.site, other.id, NAME, organizer)).rejects.toThrow(/No member of this team/);
  const member = await here.refresh({
    userId: other.userId,
    name: 'Ada',
    email: null,
    isAdmin: false,
    teams: [],
  });
  await expect(nameBaseline(here.site, other.id, NAME, member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const offered = async (id: string) =>
    asMember(await submissionView(here.site, id, organizer)).viewerMay.nameBaseline;
  expect(await offered(other.id)).toBe(false);
  expect(await offered((await ownScored(0.5)).id)).toBe(true);
  await expect(nameBaseline(here.site, other.id, { name: '\u3164' }, organizer)).rejects.toMatchObject({
    fields: { name: expect.any(String) },
  });
});

test('a baseline uses no quota and opens no gate', async () => {
  const own = await ownScored(0.8);
  const read = async () =>
    phaseFromRow(await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } }));
  const used = async () =>
    (await readQuota(here.site.db, await read(), own.teamId, here.site.now())).usedTotal;
  const gated = async () =>
    requireGate(here.site.db, { ...(await read()), gate: { phase: 'test', threshold: null } }, own.teamId);
  expect(await used()).toBe(1);
  await gated();
  await nameBaseline(here.site, own.id, NAME, organizer);
  expect(await used()).toBe(0);
  await expect(gated()).rejects.toMatchObject({ code: 'GATE_CLOSED' });
  const { evaluation } = asMember(await submissionView(here.site, own.id, organizer));
  expect(evaluation.usesQuota).toBe(false);
});

test('baselines are shown by the rules for all scores: not while results are sealed, nor once excluded', async () => {
  await scored(0.9);
  const own = await ownScored(0.8);
  await nameBaseline(here.site, own.id, NAME, organizer);
  const set = (data: object) => here.database.owner.phase.update({ where: { id: scene.phaseId }, data });
  await set({ disclosure: 'SEALED' });
  expect((await leaderboard()).baselines).toEqual([]);
  await expect(submissionView(here.site, own.id, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect((await leaderboard(organizer)).baselines).toHaveLength(1);

  // A ladder never decides about a baseline.
  await set({ disclosure: 'LADDER', submissionsOfAllTeams: 10 });
  const board = await leaderboard();
  expect([board.entries.length, board.baselines.length]).toEqual([1, 1]);
  expect(await here.database.owner.ladderDecision.count({ where: { submissionId: own.id } })).toBe(0);
  expect(await submissionView(here.site, own.id, null)).toMatchObject({
    evaluation: { scores: [{ mean: 0.75 }, {}] },
  });
});

test('a final ranking keeps its baselines, which don’t change any more', async () => {
  await scored(0.9);
  const own = await ownScored(0.8);
  await nameBaseline(here.site, own.id, NAME, organizer);
  await leaderboard();
  await here.database.owner.phase.update({
    where: { id: scene.phaseId },
    data: { closesAt: new Date(Date.now() - 1000) },
  });
  here.site.shared.forget();
  const place = { challenge: scene.challengeSlug, phase: 'test' };
  const { id } = await freezeRanking(here.site, place, organizer);
  const { ranking } = await permanentRankingView(here.site, id, null);
  expect(ranking.entries).toHaveLength(1);
  expect(ranking.baselines).toMatchObject([{ name: '3D U-Net', evaluationId: own.evaluationId }]);
  await expect(dropBaseline(here.site, own.id, organizer)).rejects.toThrow(/is final/);
  // Newer code ranks the same scores again.
  await here.database.owner.rankingSnapshot.update({
    where: { phaseId: scene.phaseId },
    data: { codeVersion: 0 },
  });
  expect(await leaderboard()).toMatchObject({ entries: [{ rank: 1 }], baselines: [{ name: '3D U-Net' }] });
});
