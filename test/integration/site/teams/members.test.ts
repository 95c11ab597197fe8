import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { findSubmission } from '#lib/site/submissions/find-submission.ts';
import { acceptInvitation, readInvitation } from '#lib/site/teams/accept-invitation.ts';
import { handOverTeam, leaveTeam, removeMember, showMembership } from '#lib/site/teams/change-members.ts';
import { createInvitation, revokeInvitation } from '#lib/site/teams/create-invitation.ts';
import { dissolveTeam } from '#lib/site/teams/dissolve-team.ts';
import { askToJoin, decideJoinRequest } from '#lib/site/teams/join-requests.ts';
import { manageTeam } from '#lib/site/teams/team-management.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { joinTeam, newSubmissionOf, newTeam, type TestTeam, tokenOf } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

const rolesOf = async ({ slug, owner }: TestTeam, viewer: Viewer = owner) => {
  const { members } = await manageTeam(here.site, slug, viewer);
  return Object.fromEntries(members.map(({ id, role }) => [id, role]));
};
const register = (team: TestTeam, challenge = scene.challengeSlug) =>
  registerTeam(here.site, challenge, { team: team.slug }, team.owner);
const auditOf = async (team: TestTeam) => {
  const where = { detail: { path: ['team'], equals: team.slug } };
  const events = await here.database.owner.auditEvent.findMany({ where, orderBy: { id: 'asc' } });
  return events.map(({ action }) => action);
};

test('whoever has the link of an invitation can join, once for each of its uses', async () => {
  const team = await newTeam(here);
  const invitation = await createInvitation(here.site, team.slug, { maxUses: 2, days: 3 }, team.owner);
  const token = tokenOf(invitation);
  const [first, second, third] = await Promise.all([here.newViewer(), here.newViewer(), here.newViewer()]);
  expect(await readInvitation(here.site, token, null)).toMatchObject({
    team: { slug: team.slug, name: team.name },
    invitedBy: team.owner.name,
    memberCount: 1,
    isMember: false,
  });
  expect(await acceptInvitation(here.site, token, first)).toEqual({ slug: team.slug, name: team.name });
  // Again changes nothing, and uses nothing up.
  await acceptInvitation(here.site, token, first);
  await acceptInvitation(here.site, token, second);
  await expect(acceptInvitation(here.site, token, third)).rejects.toThrow(/has been used up/);
  expect(await readInvitation(here.site, token, await here.refresh(second))).toMatchObject({
    isMember: true,
  });
  expect(await rolesOf(team)).toEqual({
    [team.owner.userId]: 'OWNER',
    [first.userId]: 'MEMBER',
    [second.userId]: 'MEMBER',
  });
  expect(await auditOf(team)).toEqual(['team.create', 'team.invite', 'team.join', 'team.join']);
});

test('an invitation that is revoked, expired or invented lets nobody in', async () => {
  const team = await newTeam(here);
  const stranger = await here.newViewer();
  const revoked = await createInvitation(here.site, team.slug, {}, team.owner);
  await revokeInvitation(here.site, team.slug, revoked.id, team.owner);
  await revokeInvitation(here.site, team.slug, revoked.id, team.owner);
  await expect(acceptInvitation(here.site, tokenOf(revoked), stranger)).rejects.toThrow(/has revoked/);

  const expired = await createInvitation(here.site, team.slug, { days: 1 }, team.owner);
  here.setNow(new Date(Date.parse(expired.expiresAt)));
  await expect(acceptInvitation(here.site, tokenOf(expired), stranger)).rejects.toThrow(/has expired/);
  here.setNow(null);

  // A character of the ID, of the code, and something else.
  const token = tokenOf(await createInvitation(here.site, team.slug, {}, team.owner));
  const changed = (index: number) =>
    token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
  for (const wrong of [changed(3), changed(40), token.slice(1), 'x', '']) {
    await expect(acceptInvitation(here.site, wrong, stranger), wrong).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  expect(Object.keys(await rolesOf(team))).toHaveLength(1);
});

test('the database holds nothing from which the link of an invitation could be made', async () => {
  const team = await newTeam(here);
  const { url, id } = await createInvitation(here.site, team.slug, {}, team.owner);
  const row = await here.database.owner.invitation.findUniqueOrThrow({ where: { id } });
  const code = tokenOf({ url }).slice(22);
  expect(JSON.stringify(row)).not.toContain(code);
  const { invitations } = await manageTeam(here.site, team.slug, team.owner);
  expect(invitations).toMatchObject([{ id, url }]);
});

test('only the owner invites, removes, hands over and dissolves; strangers see no members', async () => {
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  const stranger = await here.newViewer();
  const { site } = here;
  const { slug } = team;
  for (const viewer of [member, stranger]) {
    const attempts = [
      () => createInvitation(site, slug, {}, viewer),
      () => removeMember(site, { team: slug, member: team.owner.userId }, viewer),
      () => handOverTeam(site, slug, { member: stranger.userId }, viewer),
      () => dissolveTeam(site, slug, { name: team.name }, viewer),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  await expect(manageTeam(site, slug, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await createInvitation(site, slug, {}, team.owner);
  expect(await manageTeam(site, slug, member)).toMatchObject({
    role: 'MEMBER',
    invitations: [],
    requests: [],
  });
});

test('a person asks to join, and the owner declines with a reason or accepts', async () => {
  const team = await newTeam(here);
  const person = await here.newViewer();
  const ask = (message: string) => askToJoin(here.site, team.slug, { message }, person);
  const decide = (id: string, decision: object, viewer: Viewer) =>
    decideJoinRequest(here.site, { team: team.slug, id }, decision, viewer);

  const first = await ask('I trained the network.');
  expect(await ask('Again.')).toEqual(first);
  const { requests } = await manageTeam(here.site, team.slug, team.owner);
  expect(requests).toMatchObject([{ id: first.id, name: person.name, message: 'I trained the network.' }]);
  await expect(decide(first.id, { decision: 'decline' }, team.owner)).rejects.toMatchObject({
    code: 'INVALID',
    fields: { reason: 'Give a reason. The person who asked reads it.' },
  });
  await expect(decide(first.id, { decision: 'accept' }, person)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(decide(first.id, { decision: 'withdraw' }, team.owner)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await decide(first.id, { decision: 'decline', reason: 'We are complete.' }, team.owner);
  await decide(first.id, { decision: 'decline', reason: 'We are complete.' }, team.owner);
  await expect(decide(first.id, { decision: 'accept' }, team.owner)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const row = await here.database.owner.joinRequest.findUniqueOrThrow({ where: { id: first.id } });
  expect(row).toMatchObject({ state: 'DECLINED', reason: 'We are complete.' });

  const second = await ask('Please.');
  await decide(second.id, { decision: 'withdraw' }, person);
  const third = await ask('Please!');
  await decide(third.id, { decision: 'accept' }, team.owner);
  expect((await rolesOf(team))[person.userId]).toBe('MEMBER');
  await expect(ask('Hello?')).rejects.toThrow(/member of this team already/);
  const decided = (await auditOf(team)).filter((action) => action.endsWith('Request'));
  expect(decided).toEqual(['team.declineRequest', 'team.withdrawRequest', 'team.acceptRequest']);
});

test('a team always has an owner: they hand it over before they leave', async () => {
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await expect(leaveTeam(here.site, team.slug, team.owner)).rejects.toThrow(/always has an owner/);
  const handOver = (to: string) => handOverTeam(here.site, team.slug, { member: to }, team.owner);
  const stranger = await here.newViewer();
  await expect(handOver(stranger.userId)).rejects.toMatchObject({
    fields: { member: 'Choose a member of the team.' },
  });
  await handOver(member.userId);
  await expect(handOver(member.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await rolesOf(team)).toEqual({ [member.userId]: 'OWNER', [team.owner.userId]: 'MEMBER' });
  await leaveTeam(here.site, team.slug, team.owner);
  await expect(leaveTeam(here.site, team.slug, team.owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await rolesOf(team, member)).toEqual({ [member.userId]: 'OWNER' });
});

test('the database refuses a team with members but no owner, or with two', async () => {
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  const { owner: db } = here.database;
  const of = (userId: string) => ({ where: { teamId_userId: { teamId: team.id, userId } } });
  await expect(db.membership.delete(of(team.owner.userId))).rejects.toThrow(/no owner/);
  await expect(db.membership.update({ ...of(team.owner.userId), data: { role: 'MEMBER' } })).rejects.toThrow(
    /no owner/,
  );
  await expect(db.membership.update({ ...of(member.userId), data: { role: 'OWNER' } })).rejects.toThrow(
    /Unique/,
  );
});

test('who is removed or leaves no longer sees what only the team sees', async () => {
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await register(team);
  const { id } = await newSubmissionOf(here, scene, team);
  expect(await findSubmission(here.site, id, member)).toMatchObject({ audience: 'team' });
  await removeMember(here.site, { team: team.slug, member: member.userId }, team.owner);
  await removeMember(here.site, { team: team.slug, member: member.userId }, team.owner);
  const former = await here.refresh(member);
  await expect(findSubmission(here.site, id, former)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(manageTeam(here.site, team.slug, former)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('the public page shows the members who agree, and where the team stands', async () => {
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await register(team);
  expect(await teamView(here.site, team.slug, null)).toMatchObject({
    memberCount: 2,
    members: [],
    results: [],
  });
  const profile = { affiliation: 'University of Nowhere', country: 'FR', orcid: '0000-0002-1825-0097' };
  await here.database.owner.user.update({ where: { id: member.userId }, data: profile });
  await showMembership(here.site, team.slug, { isShown: true }, member);
  const { evaluationId, id } = await newSubmissionOf(here, scene, team);
  await recordScores(here.database, evaluationId, [
    { status: 'SCORED', metrics: { dice: 0.9, volume_difference: 1 } },
    { status: 'SCORED', metrics: { dice: 0.7, volume_difference: 2 } },
  ]);
  await here.site.rankings.refresh(scene.phaseId);
  const view = await teamView(here.site, team.slug, null);
  expect(view.members).toEqual([{ name: member.name, role: 'MEMBER', ...profile }]);
  expect(view.results).toMatchObject([
    {
      challenge: { slug: scene.challengeSlug },
      phase: { slug: 'test' },
      submissionId: id,
      metric: 'Dice',
      value: 0.8,
    },
  ]);
  await showMembership(here.site, team.slug, { isShown: false }, member);
  expect((await teamView(here.site, team.slug, null)).members).toEqual([]);
});

test('dissolving a team asks for its name, keeps its results and cancels what runs', async () => {
  const own = await newScene(here.database.owner);
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await register(team, own.challengeSlug);
  const scored = await newSubmissionOf(here, own, team);
  await recordScores(here.database, scored.evaluationId, [
    { status: 'SCORED', metrics: { dice: 0.9, volume_difference: 1 } },
    { status: 'SCORED', metrics: { dice: 0.7, volume_difference: 2 } },
  ]);
  const running = await newSubmissionOf(here, own, team, { state: 'RUNNING' });
  const queued = await newSubmissionOf(here, own, team);
  const invitation = await createInvitation(here.site, team.slug, {}, team.owner);
  const { id: request } = await askToJoin(here.site, team.slug, { message: 'Hi.' }, await here.newViewer());
  expect(await manageTeam(here.site, team.slug, team.owner)).toMatchObject({ activeSubmissions: 2 });

  const dissolve = (name: string) => dissolveTeam(here.site, team.slug, { name }, team.owner);
  await expect(dissolve('something else')).rejects.toMatchObject({ fields: { name: expect.any(String) } });
  await dissolve(team.name);
  await expect(dissolve(team.name)).rejects.toMatchObject({ code: 'FORBIDDEN' });

  const { owner: db } = here.database;
  const states = await db.evaluation.findMany({
    where: { id: { in: [scored, running, queued].map(({ evaluationId }) => evaluationId) } },
    orderBy: { id: 'asc' },
  });
  expect(states.map(({ state }) => state)).toEqual(['SCORED', 'CANCELLED', 'CANCELLED']);
  await here.site.rankings.refresh(own.phaseId);
  const view = await teamView(here.site, team.slug, null);
  expect(view).toMatchObject({
    memberCount: 0,
    dissolvedAt: expect.any(String),
    results: [{ submissionId: scored.id }],
  });
  expect((await here.refresh(member)).teams).toEqual([]);
  await expect(acceptInvitation(here.site, tokenOf(invitation), member)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(await db.joinRequest.findUniqueOrThrow({ where: { id: request } })).toMatchObject({
    state: 'DECLINED',
    reason: 'The team has been dissolved.',
  });
  await expect(askToJoin(here.site, team.slug, { message: 'Hi.' }, member)).rejects.toThrow(/dissolved/);
  // Its quota isn't forgotten: nobody of it enters the challenge again with another team.
  const next = await newTeam(here);
  await register(next, own.challengeSlug);
  await expect(joinTeam(here, next, member)).rejects.toThrow(/each person enters a challenge with one team/);
});
