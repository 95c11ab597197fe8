import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scoredQuerySchema } from '#lib/api/pages/organizer/results.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  confirmDecision,
  requestDecision,
  withdrawDecision,
} from '#lib/site/console/results/decide-results.ts';
import { resultsView } from '#lib/site/console/results/results-view.ts';
import { scoredView } from '#lib/site/console/results/scored-view.ts';
import { freezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import { excludeSubmission } from '#lib/site/submissions/decisions/decide.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What organizers decide about results, in two steps; and the scores as they are. */
let here: TestSite;
let scene: Scene;
let first: Viewer;
let second: Viewer;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());
beforeEach(async () => {
  scene = await newScene(here.database.owner, { closesAt: new Date(Date.now() - 1000) });
  // A challenge keeps an owner.
  await newOrganizer('OWNER');
  [first, second] = [await newOrganizer(), await newOrganizer()];
});

async function newOrganizer(role: 'OWNER' | 'EDITOR' | 'REVIEWER' = 'EDITOR'): Promise<Viewer> {
  const viewer = await here.newViewer();
  const data = { challengeId: scene.challengeId, userId: viewer.userId, role };
  await here.database.owner.organizer.create({ data });
  return viewer;
}

const scored = (dice: number, of = scene) => scoredSubmission(here.database, of, [dice, dice]);
const place = () => ({ challenge: scene.challengeSlug, phase: 'test' });
const request = (viewer: Viewer, kind = 'FREEZE') => requestDecision(here.site, place(), kind, viewer);
const confirm = (viewer: Viewer, id: string) => confirmDecision(here.site, scene.challengeSlug, id, viewer);
const withdraw = (viewer: Viewer, id: string) => withdrawDecision(here.site, scene.challengeSlug, id, viewer);
async function results(viewer = first) {
  const view = await resultsView(here.site, scene.challengeSlug, viewer);
  return view.phases[0]!;
}
const requireTwo = () =>
  here.database.owner.challenge.update({
    where: { id: scene.challengeId },
    data: { requiresTwoOrganizers: true },
  });
async function audited() {
  const { challengeId } = scene;
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId },
    orderBy: { id: 'asc' },
  });
  return events.map(({ action }) => action);
}

test('one organizer requests to freeze a ranking and confirms it; it can be undone in the same way', async () => {
  await scored(0.5);
  await request(first);
  await request(second);
  const { requested } = await results();
  expect(requested).toMatchObject({ kind: 'FREEZE', requestedBy: first.name, viewerMayConfirm: true });
  expect((await results()).final).toBeNull();
  await confirm(first, requested!.id);
  expect(await results()).toMatchObject({ final: { ranking: expect.any(String) }, requested: null });
  await expect(confirm(first, requested!.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(request(first)).rejects.toThrow(/final already/);

  await request(first, 'UNFREEZE');
  await confirm(second, (await results()).requested!.id);
  expect(await results()).toMatchObject({ final: null, requested: null });
  expect(await audited()).toEqual([
    ...['result.request', 'result.confirm', 'ranking.freeze'],
    ...['result.request', 'result.confirm', 'ranking.unfreeze'],
  ]);
});

test('where two organizers decide, nobody confirms their own request, on no way', async () => {
  await requireTwo();
  await scored(0.5);
  await expect(freezeRanking(here.site, place(), first)).rejects.toThrow(/two organizers decide/);
  await request(first);
  const { id } = (await results()).requested!;
  expect((await results(first)).requested).toMatchObject({ needsTwo: true, viewerMayConfirm: false });
  expect((await results(second)).requested).toMatchObject({ viewerMayConfirm: true });
  await expect(confirm(first, id)).rejects.toThrow(/Another organizer/);
  // Whoever switches the rule off has not agreed.
  await here.database.owner.challenge.updateMany({ data: { requiresTwoOrganizers: false } });
  await expect(confirm(first, id)).rejects.toThrow(/Another organizer/);
  // The database refuses it, whatever the code does.
  const data = { outcome: 'CONFIRMED', decidedById: first.userId, decidedAt: new Date() } as const;
  await expect(here.site.db.phaseDecision.update({ where: { id }, data })).rejects.toThrow(/two_check/);
  await confirm(second, id);
  expect((await results()).final).not.toBeNull();
});

test('a request ends when it is withdrawn, and counts only while its organizer may decide', async () => {
  await requireTwo();
  await scored(0.5);
  await request(first);
  const { id } = (await results()).requested!;
  await withdraw(second, id);
  await expect(confirm(second, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(withdraw(second, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await request(first);
  const again = (await results()).requested!;
  await here.database.owner.organizer.deleteMany({ where: { userId: first.userId } });
  await expect(confirm(second, again.id)).rejects.toThrow(/may no longer decide/);
  await expect(request(await newOrganizer('REVIEWER'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await results(second)).final).toBeNull();
});

test('an open phase can’t be frozen, and what was confirmed too early stays requested', async () => {
  await scored(0.5);
  const later = new Date(Date.now() + 60_000);
  const move = (closesAt: Date) =>
    here.database.owner.phase.update({ where: { id: scene.phaseId }, data: { closesAt } });
  await move(later);
  await expect(request(first)).rejects.toThrow(/still open/);
  await move(new Date(Date.now() - 1000));
  await request(first);
  await move(later);
  const { id } = (await results()).requested!;
  await expect(confirm(first, id)).rejects.toThrow(/still open/);
  expect((await results()).requested).toMatchObject({ id });
});

test('results that a phase keeps back are revealed in two steps, once, and before they are final', async () => {
  await requireTwo();
  await scored(0.5);
  await expect(request(first, 'REVEAL')).rejects.toThrow(/keeps no results back/);
  await here.database.owner.phase.update({ where: { id: scene.phaseId }, data: { disclosure: 'SEALED' } });
  await expect(request(first)).rejects.toThrow(/Reveal the results/);
  await request(first, 'REVEAL');
  const { requested, keepsBack } = await results();
  expect([requested!.kind, keepsBack]).toEqual(['REVEAL', true]);
  const revealedAt = async () =>
    (await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } })).revealedAt;
  await expect(confirm(first, requested!.id)).rejects.toThrow(/Another organizer/);
  expect(await revealedAt()).toBeNull();
  await confirm(second, requested!.id);
  expect(await revealedAt()).toBeInstanceOf(Date);
  expect(await results()).toMatchObject({ keepsBack: false, requested: null });
  await expect(request(first, 'REVEAL')).rejects.toThrow(/keeps no results back/);
  expect(await audited()).toEqual(['result.request', 'result.confirm', 'result.reveal']);
});

test('organizers page through all scores as they are, the best first, with what doesn’t count', async () => {
  const dice = [0.3, 0.9, 0.5, 0.7, 0.5];
  const submissions = [];
  for (const value of dice) submissions.push(await scored(value));
  await scored(0.99, await newScene(here.database.owner));
  const excluded = submissions[1]!;
  await excludeSubmission(here.site, excluded.id, { reason: 'Trained on test cases' }, first);
  await here.site.rankings.refresh(scene.phaseId);
  const read = (query: object, viewer = first) =>
    scoredView(here.site, place(), viewer, scoredQuerySchema.parse(query));
  const all = await read({});
  expect(all.submissions.map(({ means }) => means[0])).toEqual([0.9, 0.7, 0.5, 0.5, 0.3]);
  expect(all.submissions[0]).toMatchObject({ id: excluded.id, tombstone: 'EXCLUDED', isEntry: false });
  expect(all.submissions[1]).toMatchObject({ tombstone: null, isEntry: true });

  const ids = all.submissions.map(({ id }) => id);
  const start = await read({ limit: 2 });
  const next = await read({ limit: 2, after: start.next });
  const last = await read({ limit: 2, after: next.next });
  expect([start, next, last].flatMap((page) => page.submissions.map(({ id }) => id))).toEqual(ids);
  expect([start.previous, next.previous, last.next]).toEqual([null, '', null]);

  const worst = await read({ metric: 'volume_difference' });
  expect(worst.submissions[0]!.id).toBe(excluded.id);
  const team = submissions[0]!.team.name;
  expect((await read({ q: team })).submissions.map(({ teamName }) => teamName)).toEqual([team]);
  await expect(read({}, await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
