import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MetricScore, setScore } from '#lib/domain/evaluations/metric-scores.ts';
import { prepareAuroc } from '#lib/domain/metrics/values/ranking.ts';
import { REPLICATES, replicateValues } from '#lib/domain/ranking/replicates.ts';
import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { createChallenge } from '#lib/site/challenges/create-challenge.ts';
import { listChallenges } from '#lib/site/challenges/list-challenges.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import {
  leaderboardPageView,
  leaderboardView,
  wholeLeaderboard,
} from '#lib/site/leaderboards/leaderboard-view.ts';
import { Rankings } from '#lib/site/leaderboards/rankings.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { VALUES_TASK } from '#test/support/scoring/values-task.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { recordScores, type TestCaseRecord } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/**
 * Creates a scored submission with the Dice of the scene's two cases; null means that the container failed.
 * The volume difference is 10·(1 − Dice).
 */
async function scored(
  scene: Scene,
  cases: readonly (number | null | TestCaseRecord)[],
  team?: { id: string; userId: string },
  overSet?: readonly MetricScore[],
) {
  const { owner } = here.database;
  const userId = team?.userId ?? (await scene.user());
  const teamId = team?.id ?? (await scene.team(userId)).id;
  const imageId = await scene.image(teamId);
  const submission = await owner.submission.create({
    data: { phaseId: scene.phaseId, teamId, userId, imageId, algorithm: 'threshold' },
  });
  const { id } = await owner.evaluation.create({
    data: { submissionId: submission.id, caseCount: cases.length },
  });
  await recordScores(here.database, id, cases.map(toRecord), overSet);
  const { slug } = await owner.team.findUniqueOrThrow({ where: { id: teamId } });
  return { submissionId: submission.id, slug, team: { id: teamId, userId } };
}

function toRecord(one: number | null | TestCaseRecord): TestCaseRecord {
  if (one === null) return { status: 'FAILED', code: 'EXIT_NONZERO', log: 'container output' };
  if (typeof one === 'object') return one;
  return {
    status: 'SCORED',
    metrics: { dice: one, volume_difference: 10 * (1 - one) },
    log: 'container output',
  };
}

/** The whole leaderboard, once all scores are ranked. */
async function rankedLeaderboard({ phaseId, challengeSlug }: Scene) {
  await here.site.rankings.refresh(phaseId);
  return wholeLeaderboard(here.site, challengeSlug, 'test', null);
}

test('teams are ordered by rank, and a failed case counts with the declared worst value', async () => {
  const scene = await newScene(here.database.owner);
  const good = await scored(scene, [0.9, 0.8]);
  const fair = await scored(scene, [0.6, 0.5]);
  const crash = await scored(scene, [0.95, null]);
  const leaderboard = await rankedLeaderboard(scene);
  expect(leaderboard.entries.map(({ teamSlug }) => teamSlug)).toEqual([good.slug, fair.slug, crash.slug]);
  // Dice: 0.95 and the worst value, 0. Volume: 0.5 and the worst value, 100 ml.
  expect(leaderboard.entries[2]).toMatchObject({ failed: 1, scores: [{ value: 0.475 }, { value: 50.25 }] });
  expect(leaderboard.entries[0]).toMatchObject({
    rank: 1,
    failed: 0,
    scores: [{ value: 0.85 }, { value: 1.5 }],
  });
  expect(leaderboard).toMatchObject({ caseCount: 2, replicates: 1000, seed: 1, decimals: 3 });
  const [low, high] = leaderboard.entries[0]!.scores[0]!.interval!;
  expect([low, high]).toEqual([0.8, 0.9]);
  // Two cases tell only those apart whose ranks differ by the same on both.
  expect(leaderboard.entries.map(({ tier, rankRange }) => [tier, rankRange])).toEqual([
    [1, [1, 2]],
    [1, [2, 3]],
    [1, [1, 3]],
  ]);
  expect(leaderboard.certainty).toMatchObject({ bestSet: [good.slug, crash.slug], tiers: 1 });
  expect(leaderboard.entries[0]!.history).toEqual([[expect.any(Number), 0.85]]);
  const figures = await here.site.rankings.readFigures(scene.phaseId);
  expect(figures.submissions).toEqual(leaderboard.entries.map(({ submissionId }) => submissionId));
  expect(figures.pairs.submissionCount).toBe(3);
  expect(leaderboard.axis.min).toBeLessThanOrEqual(low);
  expect(leaderboard.axis.max).toBeGreaterThanOrEqual(high);
});

test('a case without a lesion is excluded from sensitivity for everyone, including those who failed on it', async () => {
  const scene = await newScene(here.database.owner);
  const { owner } = here.database;
  const sensitivity = [{ metric: 'sensitivity', weight: 1 }];
  await owner.phase.update({ where: { id: scene.phaseId }, data: { metrics: sensitivity } });
  await owner.testSet.update({ where: { id: scene.testSetId }, data: { worst: { sensitivity: 0 } } });
  const undefinedMetrics = ['sensitivity'];
  const of = (sensitivity: number | null) => ({ status: 'SCORED' as const, metrics: { sensitivity } });
  const found = await scored(scene, [of(0.5), { ...of(null), undefinedMetrics }]);
  const crashed = await scored(scene, [of(0.75), { status: 'FAILED', undefinedMetrics }]);
  // Case 2 is excluded, so 0.75 of one case ranks above 0.5 of one. With the worst value for the crash it
  // would be 0.375.
  const means = async () =>
    (await rankedLeaderboard(scene)).entries.map((row) => [row.teamSlug, row.scores[0]!.value]);
  expect(await means()).toEqual([
    [crashed.slug, 0.75],
    [found.slug, 0.5],
  ]);
});

test('a phase can rank on each case and show medians, and its stored ranking depends on that', async () => {
  const scene = await newScene(here.database.owner);
  const { owner } = here.database;
  await owner.testSet.update({ where: { id: scene.testSetId }, data: { caseCount: 3 } });
  const phase = { where: { id: scene.phaseId } };
  const far = await scored(scene, [0.59, 0.59, 0.9]);
  const often = await scored(scene, [0.6, 0.6, 0.3]);
  const order = async () => {
    const { entries, ranking, summary } = await rankedLeaderboard(scene);
    const { key } = await owner.rankingSnapshot.findUniqueOrThrow({ where: { phaseId: scene.phaseId } });
    return { teams: entries.map(({ teamSlug }) => teamSlug), entries, ranking, summary, key };
  };
  // Means of Dice: 0.693 and 0.5.
  const byMeans = await order();
  expect(byMeans).toMatchObject({ ranking: 'AGGREGATE_THEN_RANK', summary: 'MEAN' });
  expect(byMeans.teams).toEqual([far.slug, often.slug]);
  const change = (data: object) =>
    owner.phase.update({ ...phase, data: { ...data, scoresVersion: { increment: 1 } } });
  await change({ ranking: 'RANK_THEN_AGGREGATE' });
  const byCases = await order();
  // Ranks on the cases, on both metrics: 1, 1, 2 and 2, 2, 1.
  expect(byCases.teams).toEqual([often.slug, far.slug]);
  expect(byCases.entries.map(({ meanRank }) => meanRank)).toEqual([1.33, 1.67]);
  expect(byCases.entries[0]!.scores[0]).toMatchObject({ value: 0.5, rank: 1 });
  await change({ summary: 'MEDIAN' });
  const withMedians = await order();
  expect(withMedians.entries.map(({ scores }) => scores[0])).toMatchObject([
    { value: 0.6, interval: [0.3, 0.6] },
    { value: 0.59, interval: [0.59, 0.9] },
  ]);
  expect(new Set([byMeans.key, byCases.key, withMedians.key]).size).toBe(3);
});

test('a metric over the set is ranked with the interval of its stored replicates', async () => {
  const scene = await newScene(here.database.owner);
  const phase = await here.database.owner.phase.update({
    where: { id: scene.phaseId },
    data: {
      task: VALUES_TASK,
      metrics: [
        { metric: 'auroc:walks', weight: 1 },
        { metric: 'brier:walks', weight: 1 },
      ],
    },
  });
  await here.database.owner.testSet.update({
    where: { id: scene.testSetId },
    data: { worst: { 'brier:walks': 1 } },
  });
  const auroc = requireMetric(VALUES_TASK, 'auroc:walks');
  const draws = { caseCount: 2, seed: phase.seed, replicates: REPLICATES };
  const submit = (prediction: readonly [number, number]) => {
    // The first case is true, the second false.
    const cases = { truth: Float64Array.of(1, 0), prediction: Float64Array.from(prediction) };
    const score = prepareAuroc({ ...cases, range: { min: 0, max: 1 } });
    const result = { value: score(Uint32Array.of(1, 1)), n: 2, failed: 0 };
    const records = prediction.map((p, c) => {
      return { status: 'SCORED' as const, metrics: { 'brier:walks': (p - (1 - c)) ** 2 } };
    });
    return scored(scene, records, undefined, [setScore(auroc, result, replicateValues(score, draws))]);
  };
  const wrong = await submit([0.2, 0.7]);
  const right = await submit([0.9, 0.1]);
  const leaderboard = await rankedLeaderboard(scene);
  expect(leaderboard.metrics.map(({ over }) => over)).toEqual(['set', 'case']);
  // Replicates that draw one case twice have one outcome only, so no AUROC; all others have both cases.
  expect(leaderboard.entries).toMatchObject([
    { teamSlug: right.slug, rankRange: [1, 1], scores: [{ value: 1, interval: [1, 1], rank: 1 }, {}] },
    { teamSlug: wrong.slug, rankRange: [2, 2], scores: [{ value: 0, interval: [0, 0], rank: 2 }, {}] },
  ]);
});

test('a new score appears on the leaderboard without a request, and reading never ranks', async () => {
  const scene = await newScene(here.database.owner);
  const first = await scored(scene, [0.5, 0.5]);
  const stored = () =>
    here.database.owner.rankingSnapshot.findUnique({
      where: { phaseId: scene.phaseId },
      select: { scoresVersion: true, key: true, computedAt: true },
    });
  // Announced by the score, not by a page.
  await expect.poll(async () => (await stored())?.scoresVersion, { timeout: 20_000 }).toBe(1);
  const before = await stored();
  const read = () => wholeLeaderboard(here.site, scene.challengeSlug, 'test', null);
  expect((await read()).entries.map(({ teamSlug }) => teamSlug)).toEqual([first.slug]);
  expect((await read()).entries).toHaveLength(1);
  expect(await stored()).toEqual(before);
  const better = await scored(scene, [0.7, 0.7]);
  await expect
    .poll(async () => (await read()).entries.map(({ teamSlug }) => teamSlug), { timeout: 20_000 })
    .toEqual([better.slug, first.slug]);
});

test('a score that doesn’t change which submissions count keeps the ranks', async () => {
  const scene = await newScene(here.database.owner);
  const best = await scored(scene, [0.9, 0.9]);
  await here.site.rankings.refresh(scene.phaseId);
  const key = async () =>
    (await here.database.owner.rankingSnapshot.findUniqueOrThrow({ where: { phaseId: scene.phaseId } })).key;
  const before = await key();
  await scored(scene, [0.4, 0.4], best.team);
  expect((await rankedLeaderboard(scene)).entries).toMatchObject([{ rank: 1, submissionCount: 2 }]);
  expect(await key()).toBe(before);
  await scored(scene, [0.1, 0.2]);
  await here.site.rankings.refresh(scene.phaseId);
  expect(await key()).not.toBe(before);
});

test('two site processes share a ranking: one computes it, both show it', async () => {
  const scene = await newScene(here.database.owner);
  const { db, notifications, shared, log, environment } = here.site;
  const other = new Rankings({ db, databaseUrl: environment.databaseUrl, notifications, shared, log });
  try {
    const { slug } = await scored(scene, [0.5, 0.6]);
    await Promise.all([here.site.rankings.refresh(scene.phaseId), other.refresh(scene.phaseId)]);
    const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
    const shown = await other.read(phase);
    expect(shown.content.rows.map(({ teamSlug }) => teamSlug)).toEqual([slug]);
    expect(shown).toEqual(await here.site.rankings.read(phase));
  } finally {
    await other.close();
  }
});

test('a ranking of an earlier version of the code is shown until it has been computed again', async () => {
  const scene = await newScene(here.database.owner);
  await scored(scene, [0.5, 0.6]);
  await here.site.rankings.refresh(scene.phaseId);
  const where = { phaseId: scene.phaseId };
  const { rankingSnapshot } = here.database.owner;
  await rankingSnapshot.update({ where, data: { codeVersion: 0 } });
  expect((await wholeLeaderboard(here.site, scene.challengeSlug, 'test', null)).entries).toHaveLength(1);
  await expect
    .poll(async () => (await rankingSnapshot.findUniqueOrThrow({ where })).codeVersion, { timeout: 20_000 })
    .toBe(RANKING_VERSION);
});

test('the claim of a process that died ends, and another process ranks', async () => {
  const scene = await newScene(here.database.owner);
  const past = new Date(Date.now() - 1000);
  const claim = { phaseId: scene.phaseId, claimExpiresAt: past };
  await here.database.owner.rankingSnapshot.create({ data: claim });
  await scored(scene, [0.5, 0.6]);
  expect((await rankedLeaderboard(scene)).entries).toHaveLength(1);
});

test('a long leaderboard is read in pages, and a search shows teams with their ranks', async () => {
  const scene = await newScene(here.database.owner);
  const teams = [];
  for (const dice of [0.9, 0.8, 0.7, 0.6, 0.5]) teams.push(await scored(scene, [dice, dice]));
  const all = (await rankedLeaderboard(scene)).entries.map(({ teamSlug }) => teamSlug);
  expect(all).toEqual(teams.map(({ slug }) => slug));
  const read = (query: object) =>
    leaderboardView(here.site, scene.challengeSlug, 'test', null, { limit: 2, ...query });
  const seen: string[] = [];
  let page = await read({});
  expect(page.page).toEqual({ total: 5, matching: 5, from: 1, next: all[1], previous: null });
  for (;;) {
    seen.push(...page.entries.map(({ teamSlug }) => teamSlug));
    if (page.page.next === null) break;
    page = await read({ after: page.page.next });
  }
  expect(seen).toEqual(all);
  expect(page.page).toEqual({ total: 5, matching: 5, from: 5, next: null, previous: all[1] });
  expect((await read({ after: all[1] })).page.previous).toBe('');
  const reversed = await read({ sort: '-rank' });
  expect(reversed.entries.map(({ rank }) => rank)).toEqual([5, 4]);
  const found = await read({ q: all[3]!.toUpperCase() });
  expect(found).toMatchObject({ entries: [{ rank: 4 }], page: { total: 5, matching: 1, next: null } });
  expect(await read({ q: 'nobody' })).toMatchObject({
    entries: [],
    page: { total: 5, matching: 0, from: 0 },
  });
  const named = await read({ team: `${all[4]},${all[2]},nobody` });
  expect(named).toMatchObject({ entries: [{ rank: 3 }, { rank: 5 }], page: { total: 5, matching: 2 } });
  // A pinned team of another page is added.
  const query = { limit: 2, pin: `${all[4]},${all[0]}` };
  const pinned = await leaderboardPageView(here.site, scene.challengeSlug, 'test', null, query);
  expect(pinned.pins).toEqual([all[4], all[0]]);
  expect(pinned.pinned.map(({ teamSlug }) => teamSlug)).toEqual([all[4]]);
});

test('a team’s best submission counts, or its latest if the phase says so', async () => {
  const scene = await newScene(here.database.owner);
  const best = await scored(scene, [0.9, 0.9]);
  const latest = await scored(scene, [0.4, 0.4], best.team);
  const row = async () => (await rankedLeaderboard(scene)).entries[0];
  expect(await row()).toMatchObject({ submissionId: best.submissionId, submissionCount: 2 });
  await here.database.owner.phase.update({
    where: { id: scene.phaseId },
    data: { counting: 'LATEST', scoresVersion: { increment: 1 } },
  });
  expect(await row()).toMatchObject({ submissionId: latest.submissionId, submissionCount: 2 });
});

test('an empty leaderboard has no entries but an axis', async () => {
  const scene = await newScene(here.database.owner);
  const leaderboard = await rankedLeaderboard(scene);
  expect(leaderboard).toMatchObject({ entries: [], updatedAt: null, axis: { min: 0, max: 1 } });
  await expect(wholeLeaderboard(here.site, scene.challengeSlug, 'other', null)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a challenge lists its leaders, and a visitor sees only the public part of a scored submission', async () => {
  const scene = await newScene(here.database.owner);
  const { submissionId, slug } = await scored(scene, [0.8, null]);
  await here.site.rankings.refresh(scene.phaseId);
  const [listed] = (await listChallenges(here.site, null)).filter((one) => one.slug === scene.challengeSlug);
  expect(listed).toMatchObject({
    teamCount: 1,
    leaders: { phaseSlug: 'test', entries: [{ teamSlug: slug }] },
  });
  expect(await challengeView(here.site, scene.challengeSlug, null)).toMatchObject({ viewerOrganizes: false });
  const view = await submissionView(here.site, submissionId, null);
  expect(view).toMatchObject({
    audience: 'public',
    leaderboardEntry: { submissionId, rank: 1 },
    evaluation: { scored: 1, failed: 1, caseScores: [] },
  });
  expect(JSON.stringify(view)).not.toContain('container output');
});

test('the console shows all of a challenge to its organizers and nothing to anyone else', async () => {
  const scene = await newScene(here.database.owner);
  await scored(scene, [0.8, null]);
  const queued = await scene.evaluation();
  const queue = await here.site.queue();
  await here.database.site.$transaction((tx) => sendEvaluation(queue, tx, queued));
  const organizer = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: organizer.userId, role: 'OWNER' },
  });
  const view = await organizerView(here.site, scene.challengeSlug, organizer);
  expect(view.submissions.map(({ state, failed }) => [state, failed])).toEqual([
    ['QUEUED', 0],
    ['SCORED', 1],
  ]);
  expect(view.queue).toHaveLength(1);
  expect(view.triage).toMatchObject([{ code: 'EXIT_NONZERO', side: 'team', count: 1 }]);
  expect(view.testSets).toMatchObject([{ caseCount: 2, bytes: 2048, phaseSlugs: ['test'] }]);
  await expect(organizerView(here.site, scene.challengeSlug, null)).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
  await expect(organizerView(here.site, scene.challengeSlug, await here.newViewer())).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

const definition = (over: object = {}, phase: object = {}) => ({
  slug: unique('challenge'),
  title: 'Stroke',
  question: 'Who?',
  summary: 'Find them.',
  phases: [
    {
      slug: 'test',
      title: 'Test',
      kind: 'HIDDEN',
      opensAt: '2026-01-01T00:00:00Z',
      closesAt: '2027-01-01T00:00:00Z',
      limits: { cpus: 1, memoryMib: 512, pids: 64, timeLimitSeconds: 60, outputMib: 64, imageMib: 100 },
      metrics: [{ metric: 'dice', weight: 1 }],
      submissionsPerDay: 3,
      submissionsTotal: 30,
      ...phase,
    },
  ],
  ...over,
});

test('an administrator can create a challenge and becomes its organizer; others can’t', async () => {
  const administrator = await here.newViewer({ isAdmin: true });
  const { slug } = await createChallenge(here.site, definition(), administrator);
  expect(await challengeView(here.site, slug, null)).toMatchObject({
    organizers: [administrator.name],
    phases: [{ slug: 'test', caseCount: null }],
    leaders: null,
  });
  await expect(createChallenge(here.site, definition({ slug }), administrator)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const other = await here.newViewer();
  await expect(createChallenge(here.site, definition(), other)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a phase that takes probability maps can rank by them, and any phase can show the metric', async () => {
  const administrator = await here.newViewer({ isAdmin: true });
  const dice = { metric: 'dice', weight: 1 };
  const taken = { task: strokeTask({ maps: true }), metrics: [{ metric: 'pr_auc', weight: 1 }] };
  const shown = { metrics: [dice, { metric: 'pr_auc', weight: 0 }] };
  for (const phase of [taken, shown]) {
    await expect(createChallenge(here.site, definition({}, phase), administrator)).resolves.toBeDefined();
  }
  const primary = { metrics: [{ metric: 'pr_auc', weight: 0 }, dice] };
  await expect(createChallenge(here.site, definition({}, primary), administrator)).rejects.toMatchObject({
    fields: { 'phases[0].metrics': expect.stringContaining('probability maps') },
  });
});

test.each([
  ['an unknown metric', { metrics: [{ metric: 'luck', weight: 1 }] }, 'phases[0].metrics'],
  ['no weight', { metrics: [{ metric: 'dice', weight: 0 }] }, 'phases[0].metrics'],
  [
    'a ranking by maps that it doesn’t take',
    { metrics: [{ metric: 'pr_auc', weight: 1 }] },
    'phases[0].metrics',
  ],
  [
    'MetaImages under BIDS names',
    { task: strokeTask({ format: 'mha' }), contract: 'BATCH' },
    'phases[0].task',
  ],
  [
    'a task with two sockets of one path',
    { task: { ...STROKE_T1, inputs: [...STROKE_T1.inputs, { ...STROKE_T1.inputs[0], slug: 'copy' }] } },
    'phases[0].task.inputs[2].relative_path',
  ],
  ['an end before its start', { closesAt: '2025-01-01T00:00:00Z' }, 'phases[0].closesAt'],
  ['limits out of range', { limits: { cpus: 0 } }, 'phases[0].limits.cpus'],
])('a phase with %s is refused with an error for that field', async (_, phase, field) => {
  const administrator = await here.newViewer({ isAdmin: true });
  await expect(createChallenge(here.site, definition({}, phase), administrator)).rejects.toMatchObject({
    code: 'INVALID',
    fields: { [field]: expect.any(String) },
  });
});
