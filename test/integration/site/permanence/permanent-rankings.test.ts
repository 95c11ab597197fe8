import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { PermanentRanking } from '#lib/api/rankings/permanent.ts';
import { analyzeRecorded } from '#lib/domain/ranking/recorded.ts';
import { rankedRows } from '#lib/domain/ranking/rows.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { freezeRanking, unfreezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import { keepRanking } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import {
  permanentRankingText,
  permanentRankingView,
} from '#lib/site/leaderboards/permanent/permanent-view.ts';
import { rankingStanding } from '#lib/site/leaderboards/permanent/standing.ts';
import { placeTombstone } from '#lib/site/submissions/tombstones.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const ADDRESS = '192.0.2.1';
const ofTest = ({ challengeSlug }: Scene) => ({ challenge: challengeSlug, phase: 'test' });
const keep = (scene: Scene) => keepRanking(here.site, ofTest(scene), null, ADDRESS);
const scored = (scene: Scene, cases: (number | null)[]) => scoredSubmission(here.database, scene, cases);
const teamsOf = async (scene: Scene) => {
  await here.site.rankings.refresh(scene.phaseId);
  const { entries } = await wholeLeaderboard(here.site, scene.challengeSlug, 'test', null);
  return entries.map(({ teamSlug }) => teamSlug);
};

async function newEditor({ challengeId }: Scene): Promise<Viewer> {
  const viewer = await here.newViewer();
  await here.database.owner.organizer.create({
    data: { challengeId, userId: viewer.userId, role: 'EDITOR' },
  });
  return here.refresh(viewer);
}

test('the same ranking has the same permanent link, and another score another one', async () => {
  const scene = await newScene(here.database.owner);
  await expect(keep(scene)).rejects.toMatchObject({ code: 'CONFLICT' });
  const first = await scored(scene, [0.9, 0.8]);
  const kept = await keep(scene);
  expect(await keep(scene)).toEqual(kept);
  await scored(scene, [0.5, 0.4]);
  const later = await keep(scene);
  expect(later.id).not.toBe(kept.id);
  expect(kept.url).toBe(
    `https://heldout.example.org/challenges/${scene.challengeSlug}/leaderboard/${kept.id}`,
  );

  const text = await permanentRankingText(here.site, kept.id, null);
  expect(createHash('sha256').update(text).digest('hex')).toBe(kept.checksum);
  expect(kept.checksum.startsWith(kept.id)).toBe(true);
  const ranking = JSON.parse(text) as PermanentRanking;
  expect(ranking.entries).toEqual([
    expect.objectContaining({ submissionId: first.id, evaluationId: first.evaluationId, rank: 1 }),
  ]);
});

test('a hidden phase’s permanent ranking has nothing that its leaderboard doesn’t show', async () => {
  const scene = await newScene(here.database.owner);
  await scored(scene, [0.912_345_6, 0.8]);
  const text = await permanentRankingText(here.site, (await keep(scene)).id, null);
  const ranking = JSON.parse(text) as PermanentRanking;
  expect(ranking.testSet).toEqual({ caseCount: 2, sha256: expect.any(String) });
  expect(ranking.entries[0]).not.toHaveProperty('cases');
  expect(text).not.toMatch(/0\.9123|0\.8561/);
  expect(ranking.entries[0]!.scores[0]!.value).toBe(0.856);
});

test('an open phase’s permanent ranking holds all that its ranks are computed from', async () => {
  const scene = await newScene(here.database.owner, { kind: 'OPEN' });
  await scored(scene, [0.9, 0.8]);
  await scored(scene, [0.95, null]);
  await scored(scene, [0.7, 0.85]);
  const { ranking } = await permanentRankingView(here.site, (await keep(scene)).id, null);
  const again = analyzeRecorded({
    task: STROKE_T1,
    ...ranking.method,
    metrics: ranking.metrics.map(({ metric, weight }) => ({ metric, weight })),
    worst: ranking.testSet.worst!,
    submissions: ranking.entries.map(({ submissionId, teamSlug, submittedAt, cases }) => ({
      id: submissionId,
      team: teamSlug,
      submittedAt: new Date(submittedAt),
      cases: Array.from({ length: ranking.testSet.caseCount }, (_, index) => {
        const values = Object.entries(cases!).map(([metric, all]) => [metric, all[index]] as const);
        const hasFailed = values.some(([, value]) => value === 'failed');
        return {
          status: hasFailed ? ('FAILED' as const) : ('SCORED' as const),
          metrics: hasFailed ? {} : (Object.fromEntries(values) as Record<string, number>),
          undefinedMetrics: [],
        };
      }),
    })),
  });
  const rows = rankedRows(again!.analysis, again!.submissions);
  expect(rows.map(({ id, rank, rankRange, tier }) => [id, rank, rankRange, tier])).toEqual(
    ranking.entries.map(({ submissionId, rank, rankRange, tier }) => [submissionId, rank, rankRange, tier]),
  );
});

test('a sealed phase has no permanent ranking and no tombstones before its results are revealed', async () => {
  const scene = await newScene(here.database.owner);
  const editor = await newEditor(scene);
  const [first] = [await scored(scene, [0.9, 0.8]), await scored(scene, [0.5, 0.4])];
  const { owner } = here.database;
  const update = (data: Parameters<typeof owner.phase.update>[0]['data']) =>
    owner.phase.update({ where: { id: scene.phaseId }, data });
  await update({ disclosure: 'SEALED', closesAt: new Date(Date.now() - 60_000) });
  for (const viewer of [null, editor]) {
    const kept = keepRanking(here.site, ofTest(scene), viewer, ADDRESS);
    await expect(kept).rejects.toThrow('haven’t revealed the results');
  }
  await expect(freezeRanking(here.site, ofTest(scene), editor)).rejects.toThrow('Reveal the results first');
  const decision = { kind: 'WITHDRAWN', reason: 'A bug', decidedById: first!.userId } as const;
  await here.site.db.$transaction((tx) => placeTombstone(tx, first!, decision));
  here.site.shared.forget();
  const standing = () => rankingStanding(here.site, ofTest(scene), null);
  expect((await standing()).tombstones).toEqual([]);

  await update({ revealedAt: new Date(), scoresVersion: { increment: 1 } });
  here.site.shared.forget();
  expect((await standing()).tombstones).toHaveLength(1);
  expect((await keep(scene)).id).toMatch(/^[0-9a-f]{20}$/);
});

test('held-back cases of an open phase are in its permanent ranking once they are revealed', async () => {
  const scene = await newScene(here.database.owner, { kind: 'OPEN' });
  const { owner } = here.database;
  await owner.phase.update({ where: { id: scene.phaseId }, data: { heldBackPercent: 50 } });
  await scored(scene, [0.9, 0.8]);
  const casesOf = async () => {
    const { ranking } = await permanentRankingView(here.site, (await keep(scene)).id, null);
    return [ranking.testSet.caseCount, ranking.entries[0]!.cases!['dice']!.length];
  };
  expect(await casesOf()).toEqual([1, 1]);
  const revealed = { revealedAt: new Date(), scoresVersion: { increment: 1 } };
  await owner.phase.update({ where: { id: scene.phaseId }, data: revealed });
  expect(await casesOf()).toEqual([2, 2]);
});

test('a ladder phase names no tombstone of a submission that it didn’t show', async () => {
  const scene = await newScene(here.database.owner);
  const { owner } = here.database;
  await owner.phase.update({ where: { id: scene.phaseId }, data: { disclosure: 'LADDER' } });
  const [shown, hidden] = [await scored(scene, [0.9, 0.8]), await scored(scene, [0.5, 0.4])];
  // Each is its team's first, so the ladder shows both.
  await here.site.rankings.refresh(scene.phaseId);
  await owner.ladderDecision.update({ where: { submissionId: hidden!.id }, data: { isShown: false } });
  for (const one of [shown!, hidden!]) {
    const decision = { kind: 'EXCLUDED', reason: 'No code', decidedById: one.userId } as const;
    await here.site.db.$transaction((tx) => placeTombstone(tx, one, decision));
  }
  here.site.shared.forget();
  const { tombstones } = await rankingStanding(here.site, ofTest(scene), null);
  expect(tombstones.map(({ submissionId }) => submissionId)).toEqual([shown!.id]);
});

test('an entry that is excluded later keeps its place under the permanent link, with the reason', async () => {
  const scene = await newScene(here.database.owner);
  const [first, second] = [await scored(scene, [0.9, 0.8]), await scored(scene, [0.5, 0.4])];
  const before = await keep(scene);
  const decision = {
    kind: 'EXCLUDED',
    reason: 'Trained on the test cases',
    decidedById: first.userId,
  } as const;
  await here.site.db.$transaction((tx) => placeTombstone(tx, first, decision));

  const old = await permanentRankingView(here.site, before.id, null);
  expect(old.ranking.entries.map(({ submissionId }) => submissionId)).toEqual([first.id, second.id]);
  const tombstone = { submissionId: first.id, teamSlug: first.team.slug, ...{ kind: 'EXCLUDED' } };
  expect(old.tombstonesSince).toEqual([expect.objectContaining({ ...tombstone, reason: decision.reason })]);

  const after = await permanentRankingView(here.site, (await keep(scene)).id, null);
  expect(after.ranking.entries.map(({ submissionId }) => submissionId)).toEqual([second.id]);
  expect(after.ranking.tombstones).toEqual([expect.objectContaining(tombstone)]);
  expect(after.tombstonesSince).toEqual([]);
});

test('a final ranking stays as it is until it is reopened', async () => {
  const scene = await newScene(here.database.owner);
  const editor = await newEditor(scene);
  const freeze = (viewer: Viewer | null) => freezeRanking(here.site, ofTest(scene), viewer);
  const [first, second] = [await scored(scene, [0.9, 0.8]), await scored(scene, [0.5, 0.4])];
  const late = await scene.evaluation();
  await expect(freeze(editor)).rejects.toThrow('still open');
  const { owner } = here.database;
  const closed = { closesAt: new Date(Date.now() - 60_000) };
  await owner.phase.update({ where: { id: scene.phaseId }, data: closed });
  await expect(freeze(editor)).rejects.toThrow('1 evaluation of the phase hasn’t ended');
  await owner.evaluation.update({ where: { id: late }, data: { state: 'CANCELLED' } });
  await expect(freeze(await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });

  const { id } = await freeze(editor);
  await expect(freeze(editor)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await permanentRankingView(here.site, id, null)).finalSince).not.toBeNull();

  const decision = { kind: 'WITHDRAWN', reason: 'A bug', decidedById: first.userId } as const;
  await here.site.db.$transaction((tx) => placeTombstone(tx, first, decision));
  const third = await scored(scene, [0.95, 0.95]);
  const frozen = [first.team.slug, second.team.slug];
  expect(await teamsOf(scene)).toEqual(frozen);
  expect((await keep(scene)).id).toBe(id);

  // As after an update of the site: newer code ranks the frozen scores, and no others.
  await owner.rankingSnapshot.update({ where: { phaseId: scene.phaseId }, data: { codeVersion: 0 } });
  here.site.shared.forget();
  expect(await teamsOf(scene)).toEqual(frozen);

  await unfreezeRanking(here.site, ofTest(scene), editor);
  expect(await teamsOf(scene)).toEqual([third.team.slug, second.team.slug]);
  expect((await permanentRankingView(here.site, id, null)).finalSince).toBeNull();
  await expect(unfreezeRanking(here.site, ofTest(scene), editor)).rejects.toMatchObject({ code: 'CONFLICT' });
  const events = await owner.auditEvent.findMany({
    where: { challengeId: scene.challengeId, action: { startsWith: 'ranking.' } },
    orderBy: { id: 'asc' },
  });
  expect(events.map(({ action, detail }) => [action, detail])).toEqual([
    ['ranking.freeze', { phase: 'test', ranking: id }],
    ['ranking.unfreeze', { phase: 'test' }],
  ]);
});

test('nobody can change a permanent ranking, and its link is checked', async () => {
  const scene = await newScene(here.database.owner);
  await scored(scene, [0.9, 0.8]);
  const { id } = await keep(scene);
  const change = here.database.site.permanentRanking.update({ where: { id }, data: { checksum: 'x' } });
  await expect(change).rejects.toThrow(/permission denied/);
  for (const wrong of ['0'.repeat(20), id.toUpperCase(), `${id}0`, '../x']) {
    await expect(permanentRankingView(here.site, wrong, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});
