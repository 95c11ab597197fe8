import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { Rankings } from '#lib/site/leaderboards/rankings.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { SharedReads } from '#lib/site/shared-reads.ts';
import type { Site } from '#lib/site/site.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { newScene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** A site that shares what it reads, as in production. */
let here: TestSite;
let site: Site;
beforeAll(async () => {
  here = await openTestSite();
  const { db, notifications, log, environment } = here.site;
  await vi.waitFor(() => expect(notifications.isListening()).toBe(true));
  const shared = new SharedReads(notifications);
  const { databaseUrl } = environment;
  site = { ...here.site, shared, rankings: new Rankings({ db, databaseUrl, notifications, shared, log }) };
});
afterAll(async () => {
  await site.rankings.close();
  await here.close();
});

test('all requests share a challenge until any of its rows changes, whoever changes it', async () => {
  const { owner } = here.database;
  const { challengeId, challengeSlug, phaseId, testSetId, user } = await newScene(owner);
  const userId = await user();
  const changes: [() => Promise<unknown>, object][] = [
    [() => owner.challenge.update({ where: { id: challengeId }, data: { title: 'New' } }), { title: 'New' }],
    [
      () => owner.phase.update({ where: { id: phaseId }, data: { title: 'Final' } }),
      { phases: [{ title: 'Final' }] },
    ],
    [
      () => owner.testSet.update({ where: { id: testSetId }, data: { caseCount: 3 } }),
      { phases: [{ caseCount: 3 }] },
    ],
    [() => owner.organizer.create({ data: { challengeId, userId, role: 'OWNER' } }), { organizers: ['Ada'] }],
    [() => owner.user.update({ where: { id: userId }, data: { name: 'Eve' } }), { organizers: ['Eve'] }],
    [() => owner.organizer.deleteMany({ where: { challengeId } }), { organizers: [] }],
  ];
  const read = () => readSharedChallenge(site, challengeSlug, null);
  for (const [change, changed] of changes) {
    // Notifications of earlier changes may still arrive, and each makes the next reader read anew.
    await vi.waitFor(async () => expect(await read()).toBe(await read()));
    await change();
    await vi.waitFor(async () =>
      expect(await challengeView(site, challengeSlug, null)).toMatchObject(changed),
    );
  }
});

test('what a process changes, its next request sees', async () => {
  const { challengeSlug } = await newScene(here.database.owner);
  const member = await here.newViewer();
  const team = { slug: `own-${member.userId.slice(-8)}`, name: `Own ${member.userId.slice(-8)}` };
  await here.database.owner.team.create({
    data: { ...team, members: { create: { userId: member.userId, role: 'OWNER' } } },
  });
  expect((await challengeView(site, challengeSlug, null)).teamCount).toBe(0);
  await registerTeam(site, challengeSlug, { team: team.slug }, await here.refresh(member));
  expect((await challengeView(site, challengeSlug, null)).teamCount).toBe(1);
});

test('nobody gets what only another reader may see, whoever asked before', async () => {
  const { owner } = here.database;
  const scene = await newScene(owner, { showsCaseScores: false });
  const userId = await scene.user();
  const team = await scene.team(userId);
  const organizerId = await scene.user();
  await owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizerId, role: 'OWNER' },
  });
  const imageId = await scene.image(team.id);
  const { id } = await owner.submission.create({
    data: { phaseId: scene.phaseId, teamId: team.id, userId, imageId, algorithm: 'net' },
  });
  const evaluation = await owner.evaluation.create({ data: { submissionId: id, caseCount: 2 } });
  const metrics = { dice: 0.5, volume_difference: 1 };
  await recordScores(here.database, evaluation.id, [
    { status: 'SCORED', metrics },
    { status: 'SCORED', metrics },
  ]);
  const viewerOf = (of: string): Promise<Viewer> =>
    here.refresh({ userId: of, name: '', email: null, isAdmin: false, teams: [] });
  const readers = {
    visitor: null,
    member: await viewerOf(userId),
    organizer: await viewerOf(organizerId),
  };
  const read = async (viewer: Viewer | null) => {
    const [challenge, submission] = await Promise.all([
      challengeView(site, scene.challengeSlug, viewer),
      submissionView(site, id, viewer),
    ]);
    return {
      organizes: challenge.viewerOrganizes,
      audience: submission.audience,
      cases: 'caseScores' in submission.evaluation ? submission.evaluation.caseScores.length : 0,
    };
  };
  await site.rankings.refresh(scene.phaseId);
  const expected = {
    visitor: { organizes: false, audience: 'public', cases: 0 },
    member: { organizes: false, audience: 'team', cases: 0 },
    organizer: { organizes: true, audience: 'organizer', cases: 2 },
  };
  const orders = [
    ['organizer', 'visitor', 'member', 'visitor'],
    ['member', 'organizer', 'visitor', 'member'],
  ] as const;
  for (const order of orders) {
    site.shared.forget();
    for (const name of order) expect(await read(readers[name])).toEqual(expected[name]);
  }
  const names = ['visitor', 'organizer', 'member', 'visitor', 'organizer'] as const;
  site.shared.forget();
  const together = await Promise.all(names.map((name) => read(readers[name])));
  expect(together).toEqual(names.map((name) => expected[name]));
});
