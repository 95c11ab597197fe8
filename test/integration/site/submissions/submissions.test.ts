import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { rerunPlatformFailures, rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';
import { asMember } from '#test/support/site/as-member.ts';
import { newScene, type Scene, type SceneOptions, unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/** A challenge and a registered team that has uploaded an image. */
async function newEntry(options: SceneOptions = {}) {
  const scene = await newScene(here.database.owner, options);
  const viewer = await newTeam(scene);
  const team = viewer.teams[0]!;
  const imageId = await scene.image(team.id);
  const input = {
    challenge: scene.challengeSlug,
    phase: 'test',
    team: team.slug,
    imageId,
    algorithm: 'threshold 1.0',
  };
  const submit = (over: Partial<typeof input & { modelId: string }> = {}, by: Viewer | null = viewer) =>
    createSubmission(here.site, { ...input, ...over }, by);
  return { scene, viewer, team, submit };
}

async function newTeam(scene: Scene): Promise<Viewer> {
  const owner = await here.newViewer();
  const { slug } = await createTeam(here.site, { name: unique('Team') }, owner);
  const viewer = await here.refresh(owner);
  await registerTeam(here.site, scene.challengeSlug, { team: slug }, viewer);
  return viewer;
}

const counts = async (teamId: string) => ({
  submissions: await here.database.owner.submission.count({ where: { teamId } }),
  evaluations: await here.database.owner.evaluation.count({ where: { submission: { teamId } } }),
  jobs: await here.database.owner.$queryRaw<{ state: string }[]>`
    SELECT state::text FROM pgboss.job WHERE singleton_key = ${teamId} AND state < 'completed'`,
});

test('a submission is created with its queued evaluation and its job', async () => {
  const { submit, team, viewer } = await newEntry();
  const { id } = await submit();
  expect(await counts(team.id)).toEqual({ submissions: 1, evaluations: 1, jobs: [{ state: 'created' }] });
  expect(await submissionView(here.site, id, viewer)).toMatchObject({
    team: { slug: team.slug },
    algorithm: 'threshold 1.0',
    viewerIsTeam: true,
    quota: { usedToday: 1, usedTotal: 1 },
    evaluation: { state: 'QUEUED', caseCount: 2, scored: 0, queuePlace: 1 },
  });
});

test('if the job can’t be queued, no submission is created', async () => {
  const { submit, team } = await newEntry();
  const queue = await here.site.queue();
  const send = queue.send;
  queue.send = () => Promise.reject(new Error('the queue is gone'));
  await expect(submit()).rejects.toThrow('the queue is gone');
  queue.send = send;
  expect(await counts(team.id)).toEqual({ submissions: 0, evaluations: 0, jobs: [] });
});

test('of ten concurrent submissions, only as many succeed as the quota allows', async () => {
  const { submit, team } = await newEntry({ perDay: 3 });
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => submit()));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  expect(refused).toEqual(Array(7).fill('QUOTA_USED'));
  expect(await counts(team.id)).toMatchObject({ submissions: 3, evaluations: 3 });
});

test('an archive that exceeds the phase’s limit is refused, even if it was uploaded for another phase', async () => {
  const { scene, submit, team } = await newEntry({ limits: { ...DEFAULT_LIMITS, imageMib: 1 } });
  const { owner } = here.database;
  const large = { teamId: team.id, fileName: 'large.tar', bytes: 2n ** 20n + 1n, sha256: 'ab'.repeat(32) };
  const image = await owner.image.create({ data: large });
  const model = await owner.modelArchive.create({ data: large });
  const refused = {
    code: 'TOO_LARGE',
    message: expect.stringContaining('at most 1 MiB. Nothing was submitted'),
  };
  await expect(submit({ imageId: image.id })).rejects.toMatchObject(refused);
  await expect(submit({ imageId: await scene.image(team.id), modelId: model.id })).rejects.toMatchObject(
    refused,
  );
  expect(await counts(team.id)).toMatchObject({ submissions: 0, evaluations: 0 });
});

test('the daily quota resets at midnight UTC, the total quota doesn’t', async () => {
  const far = new Date('2040-01-01T00:00:00Z');
  const { submit } = await newEntry({ perDay: 1, total: 2, closesAt: far });
  here.setNow(new Date('2039-05-01T23:59:00Z'));
  await submit();
  await expect(submit()).rejects.toMatchObject({
    code: 'QUOTA_USED',
    message: expect.stringContaining('Try again after 2039-05-02 00:00 UTC.'),
  });
  here.setNow(new Date('2039-05-02T00:00:00Z'));
  await submit();
  here.setNow(new Date('2039-05-03T00:00:00Z'));
  await expect(submit()).rejects.toMatchObject({ message: expect.stringContaining('used all 2') });
  here.setNow(null);
});

test('a platform error uses no quota, a submission error does', async () => {
  const { submit } = await newEntry({ perDay: 1 });
  const { id: submissionId } = await submit();
  const fail = (code: string) =>
    here.database.owner.evaluation.updateMany({ where: { submissionId }, data: { state: 'FAILED', code } });
  await fail('IMAGE_INVALID');
  await expect(submit()).rejects.toMatchObject({ code: 'QUOTA_USED' });
  await fail('DISK_FULL');
  await submit();
});

test('an organizer can rerun a submission after a platform error, once, without using quota, even after the phase has closed', async () => {
  const { owner } = here.database;
  const { scene, submit, team, viewer } = await newEntry({ perDay: 1 });
  const organizer = await here.newViewer();
  const { challengeId, challengeSlug } = scene;
  await owner.organizer.create({ data: { challengeId, userId: organizer.userId, role: 'OWNER' } });
  const { id: submissionId } = await submit();
  const end = (data: { state: 'FAILED' | 'SCORED'; code: string | null }) =>
    owner.evaluation.updateMany({ where: { submissionId }, data });
  const refused = { code: 'CONFLICT', message: expect.stringContaining('because of a platform error') };
  for (const state of [
    { state: 'SCORED', code: null },
    { state: 'FAILED', code: 'IMAGE_INVALID' },
  ] as const) {
    await end(state);
    await expect(rerunSubmission(here.site, submissionId, organizer)).rejects.toMatchObject(refused);
  }
  await end({ state: 'FAILED', code: 'DISK_FULL' });
  expect(await submissionView(here.site, submissionId, viewer)).toMatchObject({
    evaluation: {
      error: { code: 'DISK_FULL', steps: [expect.stringContaining('uses no quota'), expect.any(String)] },
    },
  });
  await expect(rerunSubmission(here.site, submissionId, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(rerunSubmission(here.site, submissionId, null)).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });

  await owner.phase.update({ where: { id: scene.phaseId }, data: { closesAt: new Date(Date.now() - 1000) } });
  const { jobs } = await counts(team.id);
  const twice = [1, 2].map(() => rerunSubmission(here.site, submissionId, organizer));
  const results = await Promise.allSettled(twice);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await counts(team.id)).toMatchObject({ submissions: 1, evaluations: 2 });
  expect((await counts(team.id)).jobs).toHaveLength(jobs.length + 1);
  expect(await submissionView(here.site, submissionId, viewer)).toMatchObject({
    quota: { usedTotal: 1 },
    evaluation: { state: 'QUEUED', scored: 0, error: null },
  });
  expect(await organizerView(here.site, challengeSlug, organizer)).toMatchObject({
    platformFailures: 0,
    audit: [
      { action: 'submission.rerun', detail: { code: 'DISK_FULL' } },
      expect.anything(),
      expect.anything(),
    ],
    counts: [{ phaseSlug: 'test', states: { QUEUED: 1, FAILED: 0 } }],
  });
});

test('all submissions of a challenge that ended with a platform error can be rerun at once, in their original order', async () => {
  const { owner } = here.database;
  const { scene, submit } = await newEntry();
  const organizer = await here.newViewer();
  const { challengeId, challengeSlug } = scene;
  await owner.organizer.create({ data: { challengeId, userId: organizer.userId, role: 'OWNER' } });
  const ids: string[] = [];
  for (const code of ['DISK_FULL', 'INTERNAL', 'EXIT_NONZERO']) {
    const { id } = await submit();
    await owner.evaluation.updateMany({ where: { submissionId: id }, data: { state: 'FAILED', code } });
    ids.push(id);
  }
  expect((await organizerView(here.site, challengeSlug, organizer)).platformFailures).toBe(2);
  expect(await rerunPlatformFailures(here.site, challengeSlug, organizer)).toBe(2);
  expect(await rerunPlatformFailures(here.site, challengeSlug, organizer)).toBe(0);
  const queued = await owner.evaluation.findMany({
    where: { state: 'QUEUED', submissionId: { in: ids } },
    orderBy: { createdAt: 'asc' },
  });
  expect(queued.map(({ submissionId }) => submissionId)).toEqual(ids.slice(0, 2));
});

test.each([
  ['a phase that has not opened', { opensAt: new Date(Date.now() + 60_000) }, 'PHASE_NOT_OPEN', /opens at/],
  ['a phase that has closed', { closesAt: new Date(Date.now() - 60_000) }, 'PHASE_NOT_OPEN', /closed at/],
])('%s accepts no submission', async (_, options, code, message) => {
  const { submit, team } = await newEntry(options);
  await expect(submit()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await counts(team.id)).toMatchObject({ submissions: 0 });
});

test('a phase without a test set accepts no submission', async () => {
  const { submit, scene } = await newEntry();
  await here.database.owner.phase.update({ where: { id: scene.phaseId }, data: { testSetId: null } });
  await expect(submit()).rejects.toMatchObject({ code: 'PHASE_NOT_OPEN' });
});

test('only members of a registered team can submit, and only their own image', async () => {
  const { scene, submit, team, viewer } = await newEntry();
  const stranger = await newTeam(scene);
  await expect(submit({}, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(submit({}, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const strangers = await scene.image(stranger.teams[0]!.id);
  await expect(submit({ imageId: strangers })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await here.database.owner.registration.deleteMany({ where: { teamId: team.id } });
  await expect(submit({}, viewer)).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
});

test('cancelling updates the evaluation, removes its job and sends a notification; it works once', async () => {
  const { submit, team, viewer, scene } = await newEntry();
  const { id } = await submit();
  const stranger = await newTeam(scene);
  await expect(cancelSubmission(here.site, id, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const evaluationId = asMember(await submissionView(here.site, id, viewer)).evaluation.id;
  const woken = new Promise<void>((resolve) => here.site.notifications.watch(evaluationId, resolve));
  await cancelSubmission(here.site, id, viewer);
  await woken;
  expect((await submissionView(here.site, id, viewer)).evaluation.state).toBe('CANCELLED');
  expect((await counts(team.id)).jobs).toEqual([]);
  await expect(cancelSubmission(here.site, id, viewer)).rejects.toMatchObject({ code: 'CONFLICT' });
});

describe('cancelling after a platform error uses no quota', () => {
  /** A submission of a team that may make one, in the state that `data` describes. */
  async function newInterrupted(data: object) {
    const { owner } = here.database;
    const entry = await newEntry({ perDay: 1, total: 1 });
    const organizer = await here.newViewer();
    const { challengeId } = entry.scene;
    await owner.organizer.create({ data: { challengeId, userId: organizer.userId, role: 'OWNER' } });
    const { id } = await entry.submit();
    await owner.evaluation.updateMany({ where: { submissionId: id }, data });
    return { ...entry, id, organizer };
  }
  const STARTED = { startedAt: new Date('2026-01-02T03:04:05Z') };
  const QUEUED = { ...STARTED, state: 'QUEUED', requeues: 1, platformCode: 'ENGINE_LOST' };
  const RUNNING = { ...QUEUED, state: 'RUNNING' };
  const HANDED_BACK = { ...QUEUED, requeues: 0, platformCode: 'RUNNER_STOPPED' };

  test.each([
    ['requeued and queued', QUEUED],
    ['requeued and running again', RUNNING],
    ['handed back by a runner that was stopped', HANDED_BACK],
  ])('%s: by the team or by an organizer', async (_, data) => {
    for (const by of ['viewer', 'organizer'] as const) {
      const entry = await newInterrupted(data);
      const { id, viewer } = entry;
      const view = () => submissionView(here.site, id, viewer);
      expect(await view()).toMatchObject({
        evaluation: { usesQuota: true, usesQuotaOnceCancelled: false },
        quota: { usedToday: 1, usedTotal: 1 },
      });
      await expect(entry.submit()).rejects.toMatchObject({ code: 'QUOTA_USED' });
      await cancelSubmission(here.site, id, entry[by]);
      expect(await view()).toMatchObject({
        evaluation: { state: 'CANCELLED', usesQuota: false },
        quota: { usedToday: 0, usedTotal: 0 },
      });
      await entry.submit();
    }
  });

  test('failed by a platform error, rerun, running and then cancelled', async () => {
    const { owner } = here.database;
    const { id, viewer, organizer, submit } = await newInterrupted({
      ...STARTED,
      state: 'FAILED',
      code: 'DISK_FULL',
    });
    await expect(cancelSubmission(here.site, id, viewer)).rejects.toMatchObject({ code: 'CONFLICT' });
    await rerunSubmission(here.site, id, organizer);
    const { evaluation } = asMember(await submissionView(here.site, id, viewer));
    await owner.evaluation.update({ where: { id: evaluation.id }, data: { ...STARTED, state: 'RUNNING' } });
    expect(asMember(await submissionView(here.site, id, viewer)).evaluation.usesQuotaOnceCancelled).toBe(
      false,
    );
    await cancelSubmission(here.site, id, organizer);
    expect(asMember(await submissionView(here.site, id, viewer))).toMatchObject({
      evaluation: { state: 'CANCELLED', platformError: null, usesQuota: false },
      quota: { usedTotal: 0 },
    });
    await submit();
  });

  test('running on a runner that stopped answering, or whose lease expired', async () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    const held = [
      { lastSeenAt: ago(40), leaseExpiresAt: ago(-20) },
      { lastSeenAt: ago(1), leaseExpiresAt: ago(5) },
      { lastSeenAt: ago(1), leaseExpiresAt: ago(-50) },
    ];
    const used: number[] = [];
    for (const { lastSeenAt, leaseExpiresAt } of held) {
      const runner = await here.database.owner.runner.create({
        data: { name: unique('runner'), recipient: 'age1', host: {}, lastSeenAt },
      });
      const { id, viewer } = await newInterrupted({
        ...STARTED,
        state: 'RUNNING',
        runnerId: runner.id,
        leaseExpiresAt,
      });
      await cancelSubmission(here.site, id, viewer);
      const { quota, evaluation } = asMember(await submissionView(here.site, id, viewer));
      used.push(quota!.usedTotal);
      expect(evaluation.platformError?.code ?? null).toBe(quota!.usedTotal === 0 ? 'LEASE_EXPIRED' : null);
    }
    // The last runner answers and holds its lease.
    expect(used).toEqual([0, 0, 1]);
  });

  test('cancelling a submission that merely runs still counts', async () => {
    const { id, viewer, submit } = await newInterrupted({ ...STARTED, state: 'RUNNING' });
    expect(asMember(await submissionView(here.site, id, viewer)).evaluation.usesQuotaOnceCancelled).toBe(
      true,
    );
    await cancelSubmission(here.site, id, viewer);
    expect(asMember(await submissionView(here.site, id, viewer))).toMatchObject({
      evaluation: { usesQuota: true },
      quota: { usedTotal: 1 },
    });
    await expect(submit()).rejects.toMatchObject({ code: 'QUOTA_USED' });
  });
});

test('a submission without a score is visible only to its team and the organizers', async () => {
  const { scene, submit } = await newEntry();
  const { id } = await submit();
  await expect(submissionView(here.site, id, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  const stranger = await newTeam(scene);
  await expect(submissionView(here.site, id, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const organizer = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: organizer.userId, role: 'OWNER' },
  });
  expect(await submissionView(here.site, id, organizer)).toMatchObject({
    viewerIsTeam: false,
    viewerOrganizes: true,
  });
  await expect(submissionView(here.site, 'no-uuid', organizer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the submit page shows each team’s registration and quota in each phase', async () => {
  const { scene, submit, viewer, team } = await newEntry({ perDay: 3, total: 9 });
  await submit();
  const view = await submitView(here.site, scene.challengeSlug, viewer);
  expect(view.teams).toMatchObject([{ slug: team.slug, name: team.name, registered: true }]);
  expect(view.quotas[team.slug]!['test']).toMatchObject({ perDay: 3, total: 9, usedToday: 1, usedTotal: 1 });
  await expect(submitView(here.site, scene.challengeSlug, null)).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
});

test('a team name can’t be used again in another spelling', async () => {
  const viewer = await here.newViewer();
  const name = `Université ${unique('x')}`;
  const team = await createTeam(here.site, { name }, viewer);
  expect(team.slug).toMatch(/^universite-x-[0-9a-f]{8}$/);
  const spelled = name.toUpperCase().replace('É', 'E').replace(' ', ' -- ');
  await expect(createTeam(here.site, { name: spelled }, viewer)).rejects.toMatchObject({
    code: 'CONFLICT',
    fields: { name: expect.any(String) },
  });
  await expect(createTeam(here.site, { name: '!!!' }, viewer)).rejects.toMatchObject({ code: 'INVALID' });
});
