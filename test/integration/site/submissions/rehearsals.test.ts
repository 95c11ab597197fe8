import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { submissionsView } from '#lib/site/console/submissions-view.ts';
import { figuresView } from '#lib/site/figures/figures-view.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';
import { rankingStanding } from '#lib/site/leaderboards/permanent/standing.ts';
import { deliverNotices } from '#lib/site/notifications/deliver-notices.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { dropBaseline, nameBaseline } from '#lib/site/submissions/decisions/baselines.ts';
import { excludeSubmission } from '#lib/site/submissions/decisions/decide.ts';
import { evaluationEvents } from '#lib/site/submissions/evaluation-events.ts';
import { openRehearsals } from '#lib/site/submissions/rehearsals/open-rehearsals.ts';
import { rehearsalView, removeRehearsals } from '#lib/site/submissions/rehearsals/rehearsal-view.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { listSubmissions } from '#lib/site/submissions/team-submissions.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Organizers submit to a phase before it opens; nobody else learns of it. */
let here: TestSite;
let scene: Scene;
let organizer: Viewer;
/** In the organizer's team, and no organizer. */
let member: Viewer;
let team: { id: string; slug: string };
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());
const OPENS = new Date('2026-03-01T12:00:00Z');
const BEFORE = new Date('2026-02-20T08:00:00Z');
const AFTER = new Date('2026-03-01T12:00:01Z');
const ALGORITHM = 'secret-net 7';

beforeEach(async () => {
  here.setNow(BEFORE);
  const { owner } = here.database;
  scene = await newScene(owner, { opensAt: OPENS, closesAt: new Date('2026-04-01T12:00:00Z'), total: 1 });
  const [one, other] = [await here.newViewer(), await here.newViewer()];
  team = await scene.team(one.userId);
  await owner.registration.deleteMany({ where: { teamId: team.id } });
  await owner.membership.create({ data: { teamId: team.id, userId: other.userId, role: 'MEMBER' } });
  const data = { challengeId: scene.challengeId, userId: one.userId, role: 'EDITOR' as const };
  await owner.organizer.create({ data });
  [organizer, member] = [await here.refresh(one), await here.refresh(other)];
});

async function submit(viewer: Viewer) {
  const place = { team: team.slug, challenge: scene.challengeSlug, phase: 'test' };
  const imageId = await scene.image(team.id);
  return createSubmission(here.site, { ...place, imageId, modelId: null, algorithm: ALGORITHM }, viewer);
}

async function score(submissionId: string) {
  const { id } = await here.database.owner.evaluation.findFirstOrThrow({ where: { submissionId } });
  const scored = { status: 'SCORED' as const, metrics: { dice: 0.123456, volume_difference: 7.654321 } };
  await recordScores(here.database, id, [scored, scored]);
}

const place = () => ({ challenge: scene.challengeSlug, phase: 'test' });
const standingOf = async (id: string) =>
  (await here.database.owner.submission.findUnique({ where: { id } }))?.standing ?? null;
async function audited() {
  const { challengeId } = scene;
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId },
    orderBy: { id: 'asc' },
  });
  return events.map(({ action, actor }) => [action, actor]);
}

test('organizers submit before the opening, without registration and beyond the quota; others do not', async () => {
  const { challengeId } = scene;
  const participations = () =>
    here.database.owner.participation.count({ where: { challengeId, userId: organizer.userId } });
  const before = await participations();
  await expect(submit(member)).rejects.toMatchObject({ code: 'PHASE_NOT_OPEN' });
  const ids = [(await submit(organizer)).id, (await submit(organizer)).id];
  expect(await Promise.all(ids.map(standingOf))).toEqual(['REHEARSAL', 'REHEARSAL']);
  expect(await participations()).toBe(before);
  await score(ids[0]!);
  expect(await rehearsalView(here.site, place(), organizer)).toMatchObject({
    ...{ opensAt: OPENS.toISOString(), keeps: false, isReady: true, viewerMayRehearse: true },
    submissions: [{ state: 'QUEUED' }, { state: 'SCORED', algorithm: ALGORITHM }],
  });
  await expect(rehearsalView(here.site, place(), member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(nameBaseline(here.site, ids[0]!, { name: 'x' }, organizer)).rejects.toThrow(/hasn’t opened/);
  // After the opening, an organizer is a participant like others.
  here.setNow(AFTER);
  await expect(submit(organizer)).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
});

test('nobody but organizers sees anything of a rehearsal, and no ranking changes', async () => {
  const { id } = await submit(organizer);
  await score(id);
  await excludeSubmission(here.site, id, { reason: 'Wrong weights' }, organizer);
  await deliverNotices(here.site);
  here.site.shared.forget();
  const visitorsAndMember = [null, await here.newViewer(), member];
  const { owner } = here.database;
  for (const now of [BEFORE, AFTER]) {
    here.setNow(now);
    here.site.shared.forget();
    for (const viewer of visitorsAndMember) {
      await expect(submissionView(here.site, id, viewer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const events = evaluationEvents(here.site, id, viewer, new AbortController().signal);
      await expect(events).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const seen = JSON.stringify([
        await wholeLeaderboard(here.site, scene.challengeSlug, 'test', viewer),
        await figuresView(here.site, scene.challengeSlug, 'test', viewer, {}),
        await challengeView(here.site, scene.challengeSlug, viewer),
        await rankingStanding(here.site, place(), viewer),
        await teamView(here.site, team.slug, viewer),
        viewer && (await submitView(here.site, scene.challengeSlug, viewer)),
      ]);
      for (const trace of [id, ALGORITHM, '0.123', '7.654', 'Wrong weights'])
        expect(seen).not.toContain(trace);
      expect(seen).toContain('"revision":"none"');
    }
  }
  const { submissions } = await listSubmissions(here.site, { team: team.slug, limit: 9 }, member);
  expect(submissions).toEqual([]);
  expect(await owner.notification.count({ where: { path: `/submissions/${id}` } })).toBe(0);
  expect(await owner.mail.count({ where: { subject: { contains: ALGORITHM } } })).toBe(0);
  expect(await owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } })).toMatchObject({
    scoresVersion: 0,
  });

  here.setNow(BEFORE);
  expect(await submissionView(here.site, id, organizer)).toMatchObject({ standing: 'REHEARSAL' });
  const { submissions: listed } = await submissionsView(here.site, scene.challengeSlug, organizer, {
    limit: 9,
  });
  expect(listed).toMatchObject([{ id, standing: 'REHEARSAL' }]);
});

test('at the opening, a rehearsal is removed with its scores, also while it runs, once', async () => {
  const [scored, waiting] = [(await submit(organizer)).id, (await submit(organizer)).id];
  await score(scored);
  await openRehearsals(here.site);
  expect(await standingOf(scored)).toBe('REHEARSAL');
  here.setNow(AFTER);
  await Promise.all([openRehearsals(here.site), openRehearsals(here.site)]);
  await openRehearsals(here.site);
  expect([await standingOf(scored), await standingOf(waiting)]).toEqual([null, null]);
  const { owner } = here.database;
  expect(await owner.evaluation.count({ where: { submissionId: { in: [scored, waiting] } } })).toBe(0);
  expect((await audited()).slice(2)).toEqual([
    ['rehearsal.remove', 'system'],
    ['rehearsal.remove', 'system'],
  ]);
});

test('where the phase keeps it, a rehearsal becomes baselines, and what failed is removed', async () => {
  const { owner } = here.database;
  await owner.phase.update({ where: { id: scene.phaseId }, data: { keepsRehearsal: true } });
  const [first, second, failed] = [
    (await submit(organizer)).id,
    (await submit(organizer)).id,
    (await submit(organizer)).id,
  ];
  await score(first);
  await owner.evaluation.updateMany({
    where: { submissionId: failed },
    data: { state: 'FAILED', code: 'EXIT_NONZERO' },
  });
  here.setNow(AFTER);
  await Promise.all([openRehearsals(here.site), openRehearsals(here.site)]);
  expect(await Promise.all([first, second, failed].map(standingOf))).toEqual(['BASELINE', 'BASELINE', null]);
  await score(second);
  await here.site.rankings.refresh(scene.phaseId);
  here.site.shared.forget();
  const { entries, baselines } = await wholeLeaderboard(here.site, scene.challengeSlug, 'test', null);
  expect(entries).toEqual([]);
  expect(baselines).toMatchObject([
    { name: ALGORITHM, scores: [{ value: 0.123 }, {}] },
    { name: `${ALGORITHM} 2` },
  ]);
  await expect(dropBaseline(here.site, first, organizer)).rejects.toThrow(/Exclude it/);
});

test('organizers remove a rehearsal before the opening, so that settings can change again', async () => {
  const ids = [(await submit(organizer)).id, (await submit(organizer)).id];
  await score(ids[0]!);
  await expect(removeRehearsals(here.site, place(), member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await removeRehearsals(here.site, place(), organizer)).toBe(2);
  expect(await removeRehearsals(here.site, place(), organizer)).toBe(0);
  expect(await here.database.owner.submission.count({ where: { phaseId: scene.phaseId } })).toBe(0);
  expect((await audited()).at(-1)).toEqual(['rehearsal.remove', organizer.name]);
});
