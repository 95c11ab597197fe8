import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { changeMany, planMany } from '#lib/site/submissions/decisions/change-many.ts';
import {
  excludeSubmission,
  includeSubmission,
  returnQuota,
  withdrawSubmission,
} from '#lib/site/submissions/decisions/decide.ts';
import { readQuota } from '#lib/site/submissions/read-quota.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { asMember } from '#test/support/site/as-member.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What teams and organizers decide about submissions. */
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
  await here.database.owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizer.userId, role: 'EDITOR' },
  });
});

const REASON = { reason: '  Trained on\nthe test cases ' };

async function scored() {
  const submission = await scoredSubmission(here.database, scene, [0.5, 0.5]);
  const viewer = { userId: submission.userId, name: 'Ada', email: null, isAdmin: false, teams: [] };
  return { ...submission, member: await here.refresh(viewer) };
}

/** The actions of the audit trail with what changed, the latest last. */
async function audited() {
  const { challengeId } = scene;
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId },
    orderBy: { id: 'asc' },
  });
  return events.map(({ action, before, after }) => [action, before, after]);
}

test('organizers exclude a submission with a public reason, and undo it', async () => {
  const { id, member } = await scored();
  await expect(excludeSubmission(here.site, id, { reason: ' ' }, organizer)).rejects.toMatchObject({
    code: 'INVALID',
    fields: { reason: expect.any(String) },
  });
  await excludeSubmission(here.site, id, REASON, organizer);
  await expect(excludeSubmission(here.site, id, REASON, organizer)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(asMember(await submissionView(here.site, id, member)).tombstone).toMatchObject({
    kind: 'EXCLUDED',
    reason: 'Trained on the test cases',
  });
  await expect(includeSubmission(here.site, id, member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await includeSubmission(here.site, id, organizer);
  expect(asMember(await submissionView(here.site, id, member)).tombstone).toBeNull();
  const [counts, not] = [{ counts: true }, { counts: false }];
  expect(await audited()).toEqual([
    ['submission.exclude', counts, not],
    ['submission.include', not, counts],
  ]);
});

test('a team withdraws its own submission once it has ended, and only organizers undo that', async () => {
  const { id, member, evaluationId } = await scored();
  const other = (await scored()).member;
  await expect(withdrawSubmission(here.site, id, REASON, other)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(excludeSubmission(here.site, id, REASON, member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await withdrawSubmission(here.site, id, REASON, member);
  expect(asMember(await submissionView(here.site, id, organizer)).tombstone).toMatchObject({
    kind: 'WITHDRAWN',
  });
  await includeSubmission(here.site, id, organizer);

  const { submissionId } = await here.database.owner.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
  });
  await here.database.owner.evaluation.create({ data: { submissionId, caseCount: 2 } });
  await expect(withdrawSubmission(here.site, id, REASON, member)).rejects.toThrow(/Cancel it/);
});

test('quota that is given back can be used again, with the submission as it was', async () => {
  const { id, member, teamId, phaseId } = await scored();
  const used = async () => {
    const phase = phaseFromRow(await here.database.owner.phase.findUniqueOrThrow({ where: { id: phaseId } }));
    const quota = await readQuota(here.site.db, phase, teamId, here.site.now());
    return [quota.usedToday, quota.usedTotal];
  };
  expect(await used()).toEqual([1, 1]);
  await expect(returnQuota(here.site, id, REASON, member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await returnQuota(here.site, id, REASON, organizer);
  await returnQuota(here.site, id, REASON, organizer);
  expect(await used()).toEqual([0, 0]);
  expect(asMember(await submissionView(here.site, id, member))).toMatchObject({
    evaluation: { state: 'SCORED', usesQuota: false },
    quotaReturn: { reason: expect.stringContaining('Trained on') },
    tombstone: null,
  });
  expect(await audited()).toEqual([['submission.returnQuota', { usesQuota: true }, { usesQuota: false }]]);
});

test('many submissions are counted before they are cancelled or rerun, and others stay as they are', async () => {
  const attempt = async (data: { state?: 'FAILED'; code?: string } = {}, of = scene) => {
    const where = { id: await of.evaluation() };
    return (await here.database.owner.evaluation.update({ where, data })).submissionId;
  };
  const failed = { state: 'FAILED', code: 'DISK_FULL' } as const;
  const [waiting, hit, own, ended, elsewhere] = [
    await attempt(),
    await attempt(failed),
    await attempt({ state: 'FAILED', code: 'EXIT_NONZERO' }),
    (await scored()).id,
    await attempt({}, await newScene(here.database.owner)),
  ];
  const submissions = [waiting, hit, own, ended, elsewhere, waiting];
  const plan = (action: string, viewer = organizer) =>
    planMany(here.site, scene.challengeSlug, { action, submissions }, viewer);
  expect(await plan('cancel')).toEqual({ action: 'cancel', submissions: [waiting], teams: 1, impossible: 4 });
  expect(await plan('rerun')).toEqual({ action: 'rerun', submissions: [hit], teams: 1, impossible: 4 });
  await expect(plan('cancel', await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(
    planMany(here.site, scene.challengeSlug, { action: 'cancel', submissions: [] }, organizer),
  ).rejects.toThrow(/Select submissions/);

  const change = (action: string) =>
    changeMany(here.site, scene.challengeSlug, { action, submissions }, organizer);
  expect([await change('cancel'), await change('rerun')]).toEqual([1, 1]);
  expect([await change('cancel'), await change('rerun')]).toEqual([1, 0]);
  const { owner } = here.database;
  const states = async (submissionId: string) =>
    (await owner.evaluation.findMany({ where: { submissionId }, orderBy: { id: 'asc' } })).map(
      ({ state }) => state,
    );
  expect(await states(waiting)).toEqual(['CANCELLED']);
  // The second time, what had just been queued again was cancelled.
  expect(await states(hit)).toEqual(['FAILED', 'CANCELLED']);
  expect([await states(own), await states(ended), await states(elsewhere)]).toEqual([
    ['FAILED'],
    ['SCORED'],
    ['QUEUED'],
  ]);
});
