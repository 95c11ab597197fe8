import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { grantException, revokeException } from '#lib/site/challenges/exceptions.ts';
import { storeArchive } from '#lib/site/submissions/archives/store-archive.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { listSubmissions } from '#lib/site/submissions/team-submissions.ts';
import type { Prisma } from '#prisma-client';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** When and how often a team may submit: grace, gate, submissions at once, free failures. */

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const CLOSES = new Date('2026-03-01T12:00:00Z');
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

async function registered(
  rules: Prisma.PhaseUpdateInput = {},
): Promise<{ scene: Scene; viewer: Viewer; team: string }> {
  const scene = await newScene(here.database.owner, { opensAt: at('00:00:00'), closesAt: CLOSES });
  await here.database.owner.phase.update({ where: { id: scene.phaseId }, data: rules });
  const owner = await here.newViewer();
  const { slug } = await scene.team(owner.userId);
  return { scene, viewer: await here.refresh(owner), team: slug };
}

type Entry = Awaited<ReturnType<typeof registered>>;

/** Uploads an archive from one time to another one. */
async function upload(
  { scene, viewer, team }: Entry,
  from: Date,
  to: Date,
  kind: 'image' | 'model' = 'image',
) {
  const bytes = gzipSync(unique(kind));
  async function* chunks() {
    yield bytes;
    here.setNow(to);
  }
  here.setNow(from);
  const place = { team, challenge: scene.challengeSlug, phase: 'test', fileName: 'image.tar.gz' };
  const archive = { ...place, chunks: chunks(), expectedBytes: bytes.length, expectedSha256: undefined };
  return (await storeArchive(here.site, kind, archive, viewer)).id;
}

function submit({ scene, viewer, team }: Entry, imageId: string, modelId: string | null = null) {
  const place = { team, challenge: scene.challengeSlug, phase: 'test' };
  return createSubmission(here.site, { ...place, imageId, modelId, algorithm: 'threshold 1' }, viewer);
}

test('the clock stops when the upload starts: one that ends within the grace is submitted, with its model', async () => {
  const entry = await registered({ graceMinutes: 30 });
  const image = await upload(entry, at('11:59:50'), at('12:10:00'));
  const model = await upload(entry, at('12:10:01'), at('12:20:00'), 'model');
  here.setNow(at('12:20:02'));
  expect(await submit(entry, image, model)).toHaveProperty('id');
});

test('an upload that ends after the grace, that starts after the close, or of an earlier day is refused', async () => {
  const entry = await registered({ graceMinutes: 30 });
  const early = await upload(entry, at('09:00:00'), at('09:10:00'));
  here.setNow(at('12:00:01'));
  await expect(submit(entry, early)).rejects.toThrow(
    /closed at 2026-03-01 12:00 UTC.*up to 30 minutes later/,
  );
  await expect(upload(entry, at('12:00:01'), at('12:00:09'))).rejects.toThrow(/closed at/);
  const slow = await upload(entry, at('11:50:00'), at('12:40:00'));
  await expect(submit(entry, slow)).rejects.toThrow(/closed at/);
});

test('a phase without grace takes nothing after it has closed', async () => {
  const entry = await registered({ graceMinutes: 0 });
  const image = await upload(entry, at('11:59:50'), at('12:00:05'));
  await expect(submit(entry, image)).rejects.toThrow(
    /closed at 2026-03-01 12:00 UTC\. Nothing was submitted/,
  );
});

test('a team has at most so many submissions at once', async () => {
  const entry = await registered({ submissionsAtOnce: 2 });
  here.setNow(at('08:00:00'));
  const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
  const { id } = await submit(entry, image);
  await submit(entry, image);
  await expect(submit(entry, image)).rejects.toThrow(
    /2 submissions waiting or running.*takes 2 at once.*Wait/,
  );
  await here.database.owner.evaluation.updateMany({
    where: { submissionId: id },
    data: { state: 'FAILED', code: 'EXIT_NONZERO' },
  });
  expect(await submit(entry, image)).toHaveProperty('id');
});

test('in a rolling window, each submission comes back when it is old enough, and the team is told when', async () => {
  const entry = await registered({ submissionsRolling: 2, rollingHours: 3 });
  const { slug } = (await here.refresh(entry.viewer)).teams[0]!;
  const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
  for (const time of ['06:00:00', '07:30:00']) {
    here.setNow(at(time));
    await submit(entry, image);
  }
  here.setNow(at('08:59:59'));
  await expect(submit(entry, image)).rejects.toThrow(
    /its 2 submissions of the last 3 h\. Nothing was submitted\. Try again after 2026-03-01 09:00 UTC/,
  );
  const view = await submitView(here.site, entry.scene.challengeSlug, entry.viewer);
  expect(view.quotas[slug]!['test']).toMatchObject({
    rolling: { limit: 2, hours: 3, used: 2 },
    usedUp: { limit: 'rolling', at: '2026-03-01T09:00:00.000Z' },
  });
  here.setNow(at('09:00:00'));
  expect(await submit(entry, image)).toHaveProperty('id');
});

test('of parallel submissions, only as many are taken as may run at once', async () => {
  const entry = await registered({ submissionsAtOnce: 2 });
  here.setNow(at('08:00:00'));
  const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
  const ends = await Promise.allSettled(Array.from({ length: 6 }, () => submit(entry, image)));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
});

test('failed submissions are free up to the phase’s number', async () => {
  const entry = await registered({ submissionsTotal: 1, submissionsPerDay: 1, freeFailures: 2 });
  here.setNow(at('08:00:00'));
  const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
  for (let count = 0; count < 3; count += 1) {
    const { id } = await submit(entry, image);
    await here.database.owner.evaluation.updateMany({
      where: { submissionId: id },
      data: { state: 'FAILED', code: 'EXIT_NONZERO' },
    });
  }
  await expect(submit(entry, image)).rejects.toThrow(/used the one submission of this phase/);
});

describe('late submissions', () => {
  const RULES = { acceptsLate: true, lateUntil: new Date('2026-03-08T12:00:00Z'), graceMinutes: 0 };
  const late = new Date('2026-03-05T00:00:00Z');

  async function submittedLate(rules: Prisma.PhaseUpdateInput = {}) {
    const entry = await registered({ ...RULES, ...rules });
    here.setNow(late);
    const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
    return { entry, image, id: (await submit(entry, image)).id };
  }

  async function score(submissionId: string, dice: number) {
    const { owner } = here.database;
    const { id } = await owner.evaluation.findFirstOrThrow({ where: { submissionId } });
    const scored = { status: 'SCORED' as const, metrics: { dice, volume_difference: 1 } };
    await recordScores(here.database, id, [scored, scored]);
  }

  test('are scored, said to be late everywhere, and never ranked', async () => {
    const { entry, image, id } = await submittedLate();
    await score(id, 0.9);
    const view = await submissionView(here.site, id, entry.viewer);
    expect(view).toMatchObject({ standing: 'LATE', leaderboardEntry: null });
    expect(view.evaluation.scores).not.toEqual([]);
    expect((await submissionView(here.site, id, null)).standing).toBe('LATE');
    const { submissions } = await listSubmissions(here.site, { team: entry.team, limit: 5 }, entry.viewer);
    expect(submissions).toMatchObject([{ id, standing: 'LATE' }]);
    // A worse one that was in time is on the leaderboard.
    here.setNow(at('08:00:00'));
    const { id: inTime } = await submit(entry, image);
    await score(inTime, 0.2);
    expect(await submissionView(here.site, id, entry.viewer)).toMatchObject({
      leaderboardEntry: { submissionId: inTime },
    });
  });

  test('end at the phase’s date, which the submit page and the refusal say', async () => {
    const { entry, image } = await submittedLate({ zone: 'Etc/GMT+12' });
    const view = await submitView(here.site, entry.scene.challengeSlug, entry.viewer);
    expect(view.phases[0]).toMatchObject({
      status: 'closed',
      late: { until: '2026-03-08T12:00:00.000Z', isOpen: true },
    });
    here.setNow(RULES.lateUntil);
    await expect(submit(entry, image)).rejects.toThrow(
      /closed at 2026-03-01 00:00 anywhere on earth \(2026-03-01 12:00 UTC\)\. It took late submissions until 2026-03-08 00:00 anywhere on earth \(2026-03-08 12:00 UTC\)\. Nothing was submitted/,
    );
    const over = await submitView(here.site, entry.scene.challengeSlug, entry.viewer);
    expect(over.phases[0]!.late).toMatchObject({ isOpen: false });
  });

  test('without a date are accepted at any time, and use quota', async () => {
    const { entry, image } = await submittedLate({ lateUntil: null, submissionsTotal: 2 });
    here.setNow(new Date('2036-03-05T00:00:00Z'));
    await submit(entry, image);
    await expect(submit(entry, image)).rejects.toThrow(/used all 2 submissions/);
  });

  test('are none within the grace of an upload', async () => {
    const entry = await registered({ ...RULES, graceMinutes: 30 });
    const image = await upload(entry, at('11:59:50'), at('12:10:00'));
    const { id } = await submit(entry, image);
    expect(await submissionView(here.site, id, entry.viewer)).toMatchObject({ standing: 'RANKED' });
  });
});

test('a gate opens with a score in the other phase that reaches its threshold', async () => {
  const entry = await registered({ gate: { phase: 'rehearsal', threshold: 0.6 } });
  const { owner } = here.database;
  const { id: _id, ...row } = await owner.phase.findUniqueOrThrow({ where: { id: entry.scene.phaseId } });
  const data = { ...row, slug: 'rehearsal', title: 'Rehearsal', gate: undefined, gpu: undefined } as never;
  const { id: rehearsalId } = await owner.phase.create({ data });
  here.setNow(at('08:00:00'));
  const teamId = (await here.refresh(entry.viewer)).teams[0]!.id;
  const imageId = await entry.scene.image(teamId);
  const score = async (dice: number) => {
    const { evaluations } = await owner.submission.create({
      data: {
        ...{ phaseId: rehearsalId, teamId, userId: entry.viewer.userId, imageId, algorithm: 'threshold 1' },
        evaluations: { create: { caseCount: 2 } },
      },
      include: { evaluations: true },
    });
    const metrics = { dice, volume_difference: 1 };
    await recordScores(here.database, evaluations[0]!.id, [
      { status: 'SCORED', metrics },
      { status: 'SCORED', metrics },
    ]);
  };
  await expect(submit(entry, imageId)).rejects.toMatchObject({ code: 'GATE_CLOSED' });
  await score(0.5);
  await expect(submit(entry, imageId)).rejects.toThrow(/a Dice of at least 0.6 in the phase “Rehearsal”/);
  await score(0.7);
  expect(await submit(entry, imageId)).toHaveProperty('id');
});

describe('what a phase asks for', () => {
  async function asked(rules: Prisma.PhaseUpdateInput, remarks: object) {
    const entry = await registered(rules);
    here.setNow(at('08:00:00'));
    const imageId = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
    const place = { team: entry.team, challenge: entry.scene.challengeSlug, phase: 'test' };
    const request = { ...place, imageId, algorithm: 'threshold 1', ...remarks };
    return createSubmission(here.site, request, entry.viewer).catch((error) => error);
  }

  test('is kept with the submission', async () => {
    const remarks = {
      comment: 'Trained without ATLAS.',
      codeUrl: 'https://example.org/code?v=1',
      paperUrl: 'https://doi.org/10.1000/182',
    };
    const { id } = await asked(
      { asksComment: 'OPTIONAL', asksCode: 'REQUIRED', asksPaper: 'OPTIONAL' },
      remarks,
    );
    expect(await here.database.owner.submission.findUniqueOrThrow({ where: { id } })).toMatchObject(remarks);
  });

  test.each([
    ['missing', { asksCode: 'REQUIRED' }, {}, { codeUrl: /asks for it: Link to the code/ }],
    ['empty', { asksComment: 'REQUIRED' }, { comment: ' ' }, { comment: /must not be empty/ }],
    ['not asked for', {}, { paperUrl: 'https://example.org' }, { paperUrl: /doesn’t take it/ }],
    ['a script', { asksCode: 'OPTIONAL' }, { codeUrl: 'javascript:alert(1)' }, { codeUrl: /web address/ }],
    ['a file', { asksCode: 'OPTIONAL' }, { codeUrl: 'file:///etc/passwd' }, { codeUrl: /web address/ }],
  ] as const)('and is %s is refused at its field', async (_name, rules, remarks, fields) => {
    const refused = await asked(rules, remarks);
    const expected = Object.entries(fields).map(([name, words]) => [name, expect.stringMatching(words)]);
    expect(refused).toMatchObject({ code: 'INVALID', fields: Object.fromEntries(expected) });
  });
});

describe('an exception for one team', () => {
  async function granted(rules: Prisma.PhaseUpdateInput, exception: object) {
    const entry = await registered(rules);
    const { challengeId, challengeSlug } = entry.scene;
    const organizer = await here.newViewer();
    await here.database.owner.organizer.create({
      data: { challengeId, userId: organizer.userId, role: 'EDITOR' },
    });
    const place = { challenge: challengeSlug, phase: 'test' };
    const whole = {
      closesAt: null,
      moreTotal: 0,
      morePerDay: 0,
      reason: 'Their network was down.',
      ...exception,
    };
    const grant = () => grantException(here.site, place, { team: entry.team, ...whole }, organizer);
    return { entry, organizer, place, grant };
  }

  test('moves its deadline and nobody else’s, until it is taken back, and is in the audit trail', async () => {
    const { entry, organizer, place, grant } = await granted({}, { closesAt: '2026-03-05T12:00:00Z' });
    const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
    const late = new Date('2026-03-04T00:00:00Z');
    here.setNow(late);
    await expect(submit(entry, image)).rejects.toThrow(/closed at/);
    await grant();
    expect(await submit(entry, image)).toHaveProperty('id');
    const view = await submitView(here.site, entry.scene.challengeSlug, entry.viewer);
    expect(view.phases).toMatchObject([{ status: 'open', closesAt: '2026-03-05T12:00:00.000Z' }]);
    expect(view.exceptions).toMatchObject([{ teamSlug: entry.team, text: 'closes 2026-03-05 12:00 UTC' }]);
    await revokeException(here.site, place, entry.team, organizer);
    await expect(submit(entry, image)).rejects.toThrow(/closed at/);
    const events = await here.database.owner.auditEvent.findMany({
      where: { challengeId: entry.scene.challengeId, action: { startsWith: 'phase.' } },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ action }) => action)).toEqual(['phase.grantException', 'phase.revokeException']);
    expect(events[0]!.detail).toMatchObject({ team: entry.team, reason: 'Their network was down.' });
  });

  test('adds to its quota', async () => {
    const rules = { submissionsPerDay: 1, submissionsTotal: 1 };
    const { entry, grant } = await granted(rules, { moreTotal: 1, morePerDay: 1 });
    here.setNow(at('08:00:00'));
    const image = await entry.scene.image((await here.refresh(entry.viewer)).teams[0]!.id);
    await submit(entry, image);
    await expect(submit(entry, image)).rejects.toMatchObject({ code: 'QUOTA_USED' });
    await grant();
    await submit(entry, image);
    await expect(submit(entry, image)).rejects.toThrow(/all 2 submissions/);
  });

  test.each([
    ['nothing', {}, 'moreTotal'],
    ['an earlier date', { closesAt: '2026-02-01T00:00:00Z' }, 'closesAt'],
    ['no reason', { moreTotal: 1, reason: ' ' }, 'reason'],
    ['a team that isn’t registered', { team: 'nobody', moreTotal: 1 }, 'team'],
    ['a number that is none', { moreTotal: Number.NaN }, 'moreTotal'],
  ])('that grants %s is refused at its field', async (_name, exception, field) => {
    const { grant } = await granted({}, exception);
    const refused = await grant().catch((error) => error);
    expect(refused.code).toBe('INVALID');
    expect(Object.keys(refused.fields)).toContain(field);
  });
});
