import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaderboardCsv } from '#lib/api/leaderboards/csv.ts';
import { rankingCsv } from '#lib/api/rankings/csv.ts';
import { rankingOfStratum } from '#lib/api/rankings/strata.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { leaksView } from '#lib/site/console/leaks-view.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { leaderboardPageView, wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { keepRanking } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';
import type { Prisma } from '#prisma-client';
import { newScene } from '#test/support/site/scene.ts';
import { recordScoresAtOnce } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const CASES = 60;
const cases = Array.from({ length: CASES }, (_, index) => index);
/** 12 small lesions, 24 and 24 larger ones; sites of 25, 30 and 5 cases: with the last one, the smallest other one is hidden. */
const volumeOf = (index: number) => (index < 12 ? 0 : index < 36 ? 1 : 2);
const siteOf = (index: number) => (index % 12 === 0 ? 2 : index % 2);
const STRATA = [
  { of: 'lesion-volume', names: ['under 1 ml', '1 to 10 ml', '10 ml or more'], cases: cases.map(volumeOf) },
  { of: 'site', names: ['R1', 'R2', 'secret place'], cases: cases.map(siteOf) },
];

async function newPhase(data: Prisma.PhaseUncheckedUpdateInput = {}) {
  const { owner } = here.database;
  const scene = await newScene(owner);
  const testSet = { caseCount: CASES, strata: STRATA };
  await owner.testSet.update({ where: { id: scene.testSetId }, data: testSet });
  const metrics = [{ metric: 'dice', weight: 1 }];
  await owner.phase.update({ where: { id: scene.phaseId }, data: { metrics, decimals: 6, ...data } });
  const organizer = await here.newViewer();
  await owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizer.userId, role: 'OWNER' },
  });
  return { scene, organizer, slug: scene.challengeSlug };
}
type Phase = Awaited<ReturnType<typeof newPhase>>;

/** A scored submission of a new team. @param dice by case; null if the container failed. */
async function scored({ scene }: Phase, dice: (index: number) => number | null): Promise<string> {
  const { owner } = here.database;
  const id = await scene.evaluation();
  await owner.evaluation.update({ where: { id }, data: { caseCount: CASES } });
  await recordScoresAtOnce(
    here.database,
    id,
    cases.map((index) => {
      const value = dice(index);
      return value === null
        ? { status: 'FAILED' as const, code: 'TIME_LIMIT' as const }
        : { status: 'SCORED' as const, metrics: { dice: value } };
    }),
  );
  await here.site.rankings.refresh(scene.phaseId);
  const { submissionId } = await owner.evaluation.findUniqueOrThrow({ where: { id } });
  return submissionId;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Good on small lesions, and bad on others; the reverse, with two failed small ones. */
const good = (index: number) => (volumeOf(index) === 0 ? 0.7 + index / 100 : 0.3 + index / 1000);
const bad = (index: number) => (index < 2 ? null : volumeOf(index) === 0 ? 0.2 + index / 100 : 0.8);

test('the leaderboard of a stratum has ranks, ranges, scores and n of its cases alone', async () => {
  const phase = await newPhase();
  const [first, second] = [await scored(phase, good), await scored(phase, bad)];
  const whole = await wholeLeaderboard(here.site, phase.slug, 'test', null);
  expect(whole.entries.map(({ submissionId }) => submissionId)).toEqual([second, first]);
  expect(whole).toMatchObject({ stratum: null, caseCount: CASES });
  expect(whole.strata).toEqual([
    { id: 'lesion-volume-1', of: 'lesion-volume', name: 'under 1 ml', caseCount: 12 },
    { id: 'lesion-volume-2', of: 'lesion-volume', name: '1 to 10 ml', caseCount: 24 },
    { id: 'lesion-volume-3', of: 'lesion-volume', name: '10 ml or more', caseCount: 24 },
    { id: 'site-2', of: 'site', name: 'R2', caseCount: 30 },
  ]);
  const small = await wholeLeaderboard(here.site, phase.slug, 'test', null, 'lesion-volume-1');
  expect(small).toMatchObject({ stratum: 'lesion-volume-1', caseCount: 12, historyRange: null });
  const ofSmall = cases.slice(0, 12);
  const value = (dice: typeof bad) => Number(mean(ofSmall.map((index) => dice(index) ?? 0)).toFixed(6));
  expect(small.entries).toMatchObject([
    { submissionId: first, rank: 1, rankRange: [1, 1], failed: 0, scores: [{ value: value(good) }] },
    { submissionId: second, rank: 2, rankRange: [2, 2], failed: 2, scores: [{ value: value(bad) }] },
  ]);
  expect(leaderboardCsv(small).split('\r\n')[1]).toContain(first);
  const page = await leaderboardPageView(here.site, phase.slug, 'test', null, {
    ...{ stratum: 'lesion-volume-3', limit: 1, pin: undefined },
  });
  expect(page.entries).toMatchObject([{ submissionId: second }]);
  // A new score is on every leaderboard.
  const third = await scored(phase, () => 0.99);
  const again = await wholeLeaderboard(here.site, phase.slug, 'test', null, 'lesion-volume-1');
  expect(again.entries[0]).toMatchObject({ submissionId: third, scores: [{ value: 0.99 }] });
});

test('a stratum that isn’t shown is as unknown to the public as one that doesn’t exist', async () => {
  const phase = await newPhase();
  await scored(phase, good);
  const refusal = async (id: string) => {
    const read = wholeLeaderboard(here.site, phase.slug, 'test', null, id);
    return read.catch((error: Error) => error.message.replace(id, 'ID'));
  };
  for (const id of ['site-1', 'site-3']) expect(await refusal(id)).toBe(await refusal('site-9'));
  const views = [
    await wholeLeaderboard(here.site, phase.slug, 'test', null),
    await wholeLeaderboard(here.site, phase.slug, 'test', null, 'site-2'),
    await permanentRankingView(here.site, (await keep(phase)).id, null),
  ];
  expect(JSON.stringify(views)).not.toContain('secret place');
  expect(JSON.stringify(views)).not.toContain('R1');
  const stored = await here.database.owner.stratumRanking.findMany({
    where: { phaseId: phase.scene.phaseId },
  });
  expect(stored.map(({ stratum }) => stratum).toSorted()).toEqual([
    'lesion-volume-1',
    'lesion-volume-2',
    'lesion-volume-3',
    'site-2',
  ]);
  const { testSets } = await organizerView(here.site, phase.slug, phase.organizer);
  expect(testSets[0]!.strata.filter(({ withheld }) => withheld !== null)).toMatchObject([
    { name: 'R1', caseCount: 25, withheld: { why: 'DIFFERENCE', of: 'shown' } },
    { name: 'secret place', caseCount: 5, withheld: { why: 'FEW', of: null } },
  ]);
});

const keep = ({ slug }: Phase) =>
  keepRanking(here.site, { challenge: slug, phase: 'test' }, null, '192.0.2.1');

test('a permanent ranking has the strata, as JSON, on its page and as CSV', async () => {
  const phase = await newPhase();
  const [first, second] = [await scored(phase, good), await scored(phase, bad)];
  const { ranking } = await permanentRankingView(here.site, (await keep(phase)).id, null);
  expect(ranking.strata?.map(({ id, entries }) => [id, entries[0]!.submissionId])).toEqual([
    ['lesion-volume-1', first],
    ['lesion-volume-2', second],
    ['lesion-volume-3', second],
    ['site-2', second],
  ]);
  const small = rankingOfStratum(ranking, 'lesion-volume-1')!;
  expect(small.testSet.caseCount).toBe(12);
  const leaderboard = await wholeLeaderboard(here.site, phase.slug, 'test', null, 'lesion-volume-1');
  expect(rankingCsv(small)).toBe(leaderboardCsv(leaderboard));
  expect(rankingOfStratum(ranking, 'site-1')).toBeNull();
});

test('a sealed phase shows no stratum, and a ladder ranks strata by shown entries alone', async () => {
  const sealed = await newPhase({ disclosure: 'SEALED' });
  await scored(sealed, good);
  const public_ = wholeLeaderboard(here.site, sealed.slug, 'test', null);
  expect(await public_).toMatchObject({ strata: [], entries: [] });
  const refused = wholeLeaderboard(here.site, sealed.slug, 'test', null, 'lesion-volume-1');
  await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const own = await wholeLeaderboard(here.site, sealed.slug, 'test', sealed.organizer, 'lesion-volume-1');
  expect(own.entries).toHaveLength(1);

  const ladder = await newPhase({ disclosure: 'LADDER', submissionsOfAllTeams: 100 });
  const first = await scored(ladder, good);
  const { owner } = here.database;
  const { teamId, userId, imageId } = await owner.submission.findUniqueOrThrow({ where: { id: first } });
  const later = await scored(ladder, (index) => good(index) + (index % 2 ? 0.02 : -0.019));
  // The same team's: no clear improvement.
  await owner.submission.update({ where: { id: later }, data: { teamId, userId, imageId } });
  await owner.ladderDecision.deleteMany({ where: { submissionId: later } });
  await owner.phase.update({
    where: { id: ladder.scene.phaseId },
    data: { scoresVersion: { increment: 1 } },
  });
  await here.site.rankings.refresh(ladder.scene.phaseId);
  const shown = await wholeLeaderboard(here.site, ladder.slug, 'test', null, 'lesion-volume-1');
  expect(shown.entries.map(({ submissionId }) => submissionId)).toEqual([first]);
});

test('held-back cases count in no stratum before the results are revealed, and the same strata are shown after', async () => {
  const phase = await newPhase({ heldBackPercent: 50 });
  await scored(phase, good);
  const { seed } = await here.database.owner.phase.findUniqueOrThrow({ where: { id: phase.scene.phaseId } });
  const heldBack = drawHeldBack({ caseCount: CASES, heldBackPercent: 50, seed });
  const { strata } = await wholeLeaderboard(here.site, phase.slug, 'test', null);
  for (const { id, caseCount } of strata) {
    const view = await wholeLeaderboard(here.site, phase.slug, 'test', null, id);
    const [of, place] = [STRATA.find((division) => id.startsWith(division.of))!, Number(id.at(-1)) - 1];
    const own = cases.filter((index) => of.cases[index] === place && !heldBack[index]);
    expect(caseCount).toBe(own.length);
    expect(view.entries[0]!.scores[0]!.value).toBeCloseTo(mean(own.map(good)), 5);
  }
  await here.database.owner.phase.update({
    where: { id: phase.scene.phaseId },
    data: { revealedAt: new Date(), scoresVersion: { increment: 1 } },
  });
  await here.site.rankings.refresh(phase.scene.phaseId);
  const after = await wholeLeaderboard(here.site, phase.slug, 'test', null);
  expect(after.strata.map(({ id }) => id)).toEqual(strata.map(({ id }) => id));
  expect(strata.length).toBeGreaterThan(0);
});

test('the leak ledger counts what strata tell', async () => {
  const phase = await newPhase();
  await scored(phase, good);
  const bits = async () => {
    const { leaks } = await leaksView(here.site, phase.slug, {}, phase.organizer);
    return leaks[0]!.entries[0]!.bits;
  };
  const withStrata = await bits();
  await here.database.owner.$executeRaw`
    UPDATE "RankingSnapshot" SET content = content - 'strata' WHERE "phaseId" = ${phase.scene.phaseId}::uuid`;
  // Of four strata, one average with 6 decimals and a number of failed cases each.
  const expected = [12, 24, 24, 30].reduce((sum, n) => sum + Math.log2(1e6 + 1) + Math.log2(n + 1), 0);
  expect(withStrata - (await bits())).toBeCloseTo(expected, 6);
});
