import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawHeldBack, withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { leaksView } from '#lib/site/console/leaks-view.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import type { Prisma } from '#prisma-client';
import { newScene, type Scene, type SceneOptions } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const CASES = 20;

/** A phase of 20 cases with one metric, in which one team takes part. */
async function newPhase(data: Prisma.PhaseUncheckedUpdateInput, options: SceneOptions = {}) {
  const scene = await newScene(here.database.owner, { perDay: 50, total: 50, ...options });
  const { owner } = here.database;
  await owner.testSet.update({ where: { id: scene.testSetId }, data: { caseCount: CASES } });
  const metrics = [{ metric: 'dice', weight: 1 }];
  await owner.phase.update({ where: { id: scene.phaseId }, data: { metrics, ...data } });
  const userId = await scene.user();
  const { id: teamId, slug } = await scene.team(userId);
  const imageId = await scene.image(teamId);
  const viewer = await here.refresh(await here.newViewer().then((one) => ({ ...one, userId })));
  return { scene, team: { userId, teamId, slug, imageId }, viewer };
}

type Phase = Awaited<ReturnType<typeof newPhase>>;

/** A scored submission of the phase's team. @param dice of each case, or of all. */
async function scored({ scene, team }: Phase, dice: number | readonly number[]): Promise<string> {
  const { owner } = here.database;
  const { userId, teamId, imageId } = team;
  const values = typeof dice === 'number' ? Array.from({ length: CASES }, () => dice) : dice;
  const submission = await owner.submission.create({
    data: { phaseId: scene.phaseId, userId, teamId, imageId, algorithm: 'threshold' },
  });
  const { id } = await owner.evaluation.create({ data: { submissionId: submission.id, caseCount: CASES } });
  await recordScores(
    here.database,
    id,
    values.map((value) => ({ status: 'SCORED' as const, metrics: { dice: value } })),
  );
  return submission.id;
}

async function rankedEntries({ phaseId, challengeSlug }: Scene, viewer: Phase['viewer'] | null = null) {
  await here.site.rankings.refresh(phaseId);
  return (await wholeLeaderboard(here.site, challengeSlug, 'test', viewer)).entries;
}

async function reveal({ scene }: Phase): Promise<void> {
  // With the site's login, as the console does.
  await here.database.site.phase.update({ where: { id: scene.phaseId }, data: { revealedAt: new Date() } });
}

async function organizerOf({ challengeId }: Scene) {
  const viewer = await here.newViewer();
  const { userId } = viewer;
  await here.database.owner.organizer.create({ data: { challengeId, userId, role: 'REVIEWER' } });
  return viewer;
}

test('a sealed phase shows nobody but the organizers a score or an entry, and everyone once the results are revealed', async () => {
  const phase = await newPhase({ disclosure: 'SEALED' });
  const { scene, team, viewer } = phase;
  const id = await scored(phase, 0.625);
  const organizer = await organizerOf(scene);
  expect(await rankedEntries(scene)).toEqual([]);
  expect(await rankedEntries(scene, viewer)).toEqual([]);
  expect(await rankedEntries(scene, organizer)).toMatchObject([{ scores: [{ value: 0.625 }] }]);
  const own = await submissionView(here.site, id, viewer);
  expect(own).toMatchObject({ leaderboardEntry: null, evaluation: { withheld: 'SEALED', scores: [] } });
  const everything = [
    own,
    await challengeView(here.site, scene.challengeSlug, viewer),
    await teamView(here.site, team.slug, viewer),
    await wholeLeaderboard(here.site, scene.challengeSlug, 'test', viewer),
  ];
  expect(JSON.stringify(everything)).not.toContain('0.625');
  await expect(submissionView(here.site, id, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await reveal(phase);
  expect(await rankedEntries(scene)).toMatchObject([{ submissionId: id, scores: [{ value: 0.625 }] }]);
  expect(await submissionView(here.site, id, null)).toMatchObject({
    evaluation: { scores: [{ mean: 0.625 }] },
  });
});

test('a sealed phase can show scores to the submitting team alone', async () => {
  const phase = await newPhase({ disclosure: 'SEALED', showsOwnScores: true });
  const id = await scored(phase, 0.625);
  expect(await submissionView(here.site, id, phase.viewer)).toMatchObject({
    leaderboardEntry: null,
    evaluation: { withheld: null, scores: [{ mean: 0.625 }] },
  });
  expect(await rankedEntries(phase.scene, phase.viewer)).toEqual([]);
  const stranger = await here.newViewer();
  await expect(submissionView(here.site, id, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a ladder shows the first submission and clear improvements, in the order of scores, and decides once', async () => {
  const phase = await newPhase({ disclosure: 'LADDER', submissionsOfAllTeams: 100 });
  const { scene, viewer } = phase;
  const { owner, site } = here.database;
  const base = Array.from({ length: CASES }, (_, index) => 0.4 + (index % 2) * 0.2);
  const ids = [await scored(phase, base)];
  expect(await rankedEntries(scene)).toMatchObject([{ submissionId: ids[0] }]);
  // The mean improves by 0.02, but the differences vary by 0.1: z(100) = 3.29 standard errors of 0.023 are 0.075.
  ids.push(
    await scored(
      phase,
      base.map((value, index) => value + (index % 2 ? 0.12 : -0.08)),
    ),
  );
  // Every case improves by 0.05.
  ids.push(
    await scored(
      phase,
      base.map((value) => value + 0.05),
    ),
  );
  expect(await rankedEntries(scene)).toMatchObject([
    { submissionId: ids[2], scores: [{ value: 0.55 }], submissionCount: 2 },
  ]);
  const decisions = await owner.ladderDecision.findMany({ where: { submissionId: { in: ids } } });
  expect(ids.map((id) => decisions.find(({ submissionId }) => submissionId === id)?.isShown)).toEqual([
    true,
    false,
    true,
  ]);
  expect(await submissionView(here.site, ids[1]!, viewer)).toMatchObject({
    leaderboardEntry: { submissionId: ids[2] },
    evaluation: { state: 'SCORED', withheld: 'LADDER', scores: [] },
  });
  await expect(submissionView(here.site, ids[1]!, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await submissionView(here.site, ids[0]!, null)).toMatchObject({
    evaluation: { scores: [{ mean: 0.5 }] },
  });
  const change = { where: { submissionId: ids[1]! }, data: { isShown: true } };
  await expect(site.ladderDecision.update(change)).rejects.toThrow(/permission denied/);
  await expect(site.ladderDecision.delete({ where: change.where })).rejects.toThrow(/permission denied/);
});

test('the ledger says what each team was told, to organizers alone', async () => {
  const phase = await newPhase({ disclosure: 'LADDER', submissionsOfAllTeams: 100 });
  const { scene, team, viewer } = phase;
  await scored(phase, 0.5);
  await scored(phase, 0.4);
  await here.site.rankings.refresh(scene.phaseId);
  const { leaks } = await leaksView(here.site, scene.challengeSlug, {}, await organizerOf(scene));
  expect(leaks).toMatchObject([
    { disclosure: 'LADDER', entries: [{ team: { slug: team.slug }, submissions: 2, shown: 1 }] },
  ]);
  // Mean and median, the cases without a value, and which one of two was shown.
  const bits = 2 * Math.log2(1001) + Math.log2(CASES + 1) + Math.log2(3) + Math.log2(2);
  expect(leaks[0]!.entries[0]!.bits).toBeCloseTo(bits, 9);
  const refused = { code: 'FORBIDDEN' };
  await expect(leaksView(here.site, scene.challengeSlug, {}, viewer)).rejects.toMatchObject(refused);
});

test('a page of a submission waits for the ladder', async () => {
  const phase = await newPhase({ disclosure: 'LADDER', submissionsOfAllTeams: 100 });
  const id = await scored(phase, 0.5);
  const { evaluation } = await submissionView(here.site, id, phase.viewer);
  expect(evaluation).toMatchObject({ withheld: null, scores: [{ mean: 0.5 }] });
});

test('nothing that is shown depends on held-back cases before the final ranking, and all of them count in it', async () => {
  const phase = await newPhase({ heldBackPercent: 40, showsCaseScores: true });
  const { scene, viewer } = phase;
  const heldBack = drawHeldBack({ caseCount: CASES, heldBackPercent: 40, seed: 1 });
  const of = (shown: number, hidden: number) => heldBack.map((isHeldBack) => (isHeldBack ? hidden : shown));
  expect(withoutHeldBack(heldBack, heldBack)).toHaveLength(12);
  // The second one is better on all cases together, and worse on the shown ones: it never counts.
  const first = await scored(phase, of(0.5, 0.1));
  const second = await scored(phase, of(0.4, 0.9));
  expect(await rankedEntries(scene)).toMatchObject([
    { submissionId: first, scores: [{ value: 0.5, interval: [0.5, 0.5] }] },
  ]);
  const { evaluation } = await submissionView(here.site, second, viewer);
  expect(evaluation).toMatchObject({ leavesOutHeldBack: true, scores: [{ mean: 0.4, median: 0.4, n: 12 }] });
  expect('caseScores' in evaluation && evaluation.caseScores.map(({ metrics }) => metrics['dice'])).toEqual(
    Array.from({ length: 12 }, () => 0.4),
  );
  const board = await wholeLeaderboard(here.site, scene.challengeSlug, 'test', null);
  expect(board).toMatchObject({ caseCount: 12, heldBackCases: 8 });
  await reveal(phase);
  // (12 · 0.5 + 8 · 0.1) / 20
  expect(await rankedEntries(scene)).toMatchObject([{ submissionId: first, scores: [{ value: 0.34 }] }]);
  expect(await submissionView(here.site, second, null)).toMatchObject({
    evaluation: { leavesOutHeldBack: false, scores: [{ mean: 0.6, n: 20 }] },
  });
});

test('a gate compares its threshold with scores that the team sees', async () => {
  const phase = await newPhase({ disclosure: 'SEALED' });
  const { scene, team, viewer } = phase;
  const { owner } = here.database;
  const {
    id: _,
    testSetId,
    ...copied
  } = await owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  await owner.phase.create({
    data: {
      ...(copied as Prisma.PhaseUncheckedCreateInput),
      ...{ slug: 'final', position: 2, testSetId, disclosure: 'LIVE' },
      gate: { phase: 'test', threshold: 0.6 },
    },
  });
  await scored(phase, 0.625);
  const { challengeSlug: challenge } = scene;
  const request = { challenge, phase: 'final', team: team.slug, imageId: team.imageId, algorithm: 'x' };
  await expect(createSubmission(here.site, request, viewer)).rejects.toMatchObject({ code: 'GATE_CLOSED' });
  await reveal(phase);
  expect(await createSubmission(here.site, request, viewer)).toEqual({ id: expect.any(String) });
});

test('a phase takes only so many submissions from all teams, and none once its results are revealed', async () => {
  const phase = await newPhase({ submissionsOfAllTeams: 2 });
  const { scene, team, viewer } = phase;
  const { challengeSlug: challenge } = scene;
  await scored(phase, 0.5);
  const request = { challenge, phase: 'test', team: team.slug, imageId: team.imageId, algorithm: 'x' };
  await createSubmission(here.site, request, viewer);
  await expect(createSubmission(here.site, request, viewer)).rejects.toMatchObject({
    code: 'QUOTA_USED',
    message: expect.stringMatching(/takes 2 submissions from all teams together/),
  });
  await reveal(phase);
  await expect(createSubmission(here.site, request, viewer)).rejects.toMatchObject({
    code: 'PHASE_NOT_OPEN',
  });
});
