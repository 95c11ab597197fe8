import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { decideRegistrations } from '#lib/site/registrations/decide-registrations.ts';
import { listRegistrations } from '#lib/site/registrations/list-registrations.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { releasePerson } from '#lib/site/registrations/release-person.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';
import { leaveTeam } from '#lib/site/teams/change-members.ts';
import { createInvitation } from '#lib/site/teams/create-invitation.ts';
import type { Prisma } from '#prisma-client';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { joinTeam, newTeam, type TestTeam, tokenOf } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

interface Place extends Scene {
  organizer: Viewer;
}

/** A challenge with these settings and an organizer. */
async function newPlace(data: Prisma.ChallengeUpdateInput = {}): Promise<Place> {
  const scene = await newScene(here.database.owner);
  const organizer = await here.newViewer();
  await here.database.owner.challenge.update({ where: { id: scene.challengeId }, data });
  await here.database.owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizer.userId, role: 'EDITOR' },
  });
  return { ...scene, organizer };
}

const register = ({ challengeSlug }: Place, team: TestTeam, answers = {}) =>
  registerTeam(here.site, challengeSlug, { team: team.slug, answers }, team.owner);
const decide = ({ challengeSlug, organizer }: Place, input: object, viewer: Viewer = organizer) =>
  decideRegistrations(here.site, challengeSlug, input, viewer);
const rowOf = ({ challengeId }: Place, { id: teamId }: TestTeam) =>
  here.database.owner.registration.findUniqueOrThrow({
    where: { challengeId_teamId: { challengeId, teamId } },
  });
async function submit(place: Place, team: TestTeam) {
  const imageId = await place.image(team.id);
  const of = { challenge: place.challengeSlug, phase: 'test', team: team.slug };
  return createSubmission(here.site, { ...of, imageId, modelId: null, algorithm: 'net' }, team.owner);
}

test('a team that needs approval waits, and submits once it is approved', async () => {
  const place = await newPlace({ registration: 'APPROVAL' });
  const team = await newTeam(here);
  expect(await register(place, team)).toMatchObject({ state: 'PENDING' });
  expect(await register(place, team)).toMatchObject({ state: 'PENDING' });
  await expect(submit(place, team)).rejects.toThrow(/haven’t decided/);
  expect(await submitView(here.site, place.challengeSlug, team.owner)).toMatchObject({
    needsApproval: true,
    teams: [{ slug: team.slug, registered: false, registration: { state: 'PENDING' } }],
  });
  expect(await challengeView(here.site, place.challengeSlug, null)).toMatchObject({ teamCount: 0 });
  expect(await decide(place, { teams: [team.slug], decision: 'approve' })).toEqual([team.slug]);
  expect(await decide(place, { teams: [team.slug], decision: 'approve' })).toEqual([]);
  expect(await challengeView(here.site, place.challengeSlug, null)).toMatchObject({ teamCount: 1 });
  await submit(place, team);
});

test('a declined team reads why, and may ask again, or its members enter with another team', async () => {
  const place = await newPlace({
    registration: 'APPROVAL',
    registrationReplies: [{ name: 'Unknown', text: 'We don’t know your institution.' }],
  });
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await register(place, team);
  await expect(decide(place, { teams: [team.slug], decision: 'decline' })).rejects.toMatchObject({
    fields: { reason: 'Give a reason, or choose a reply. The teams read it.' },
  });
  await expect(
    decide(place, { teams: [team.slug], decision: 'decline', reply: 'Other' }),
  ).rejects.toMatchObject({ fields: { reply: 'The challenge has no such reply.' } });
  await decide(place, { teams: [team.slug], decision: 'decline', reply: 'Unknown', reason: 'Write to us.' });
  expect(await rowOf(place, team)).toMatchObject({
    state: 'DECLINED',
    reason: 'We don’t know your institution.\n\nWrite to us.',
  });
  await expect(submit(place, team)).rejects.toThrow(/declined your team’s registration/);

  const other = await newTeam(here);
  await joinTeam(here, other, member);
  expect(await register(place, other)).toMatchObject({ state: 'PENDING' });
  // One of its members takes part with the other team now.
  await expect(register(place, team)).rejects.toThrow(/takes part in .* with another team/);
  await expect(decide(place, { teams: [team.slug], decision: 'approve' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await decide(place, { teams: [other.slug], decision: 'decline', reason: 'No.' });
  expect(await register(place, team)).toMatchObject({ state: 'PENDING' });
  expect(await rowOf(place, team)).toMatchObject({ reason: '', decidedAt: null });
});

test('many teams are decided at once, all of them or none', async () => {
  const place = await newPlace({ registration: 'APPROVAL' });
  const teams = [await newTeam(here), await newTeam(here), await newTeam(here)];
  for (const team of teams.slice(0, 2)) await register(place, team);
  const slugs = teams.map(({ slug }) => slug);
  await expect(decide(place, { teams: slugs, decision: 'approve' })).rejects.toThrow(/isn’t registered/);
  expect(await rowOf(place, teams[0]!)).toMatchObject({ state: 'PENDING' });
  expect(await decide(place, { teams: slugs.slice(0, 2), decision: 'approve' })).toEqual(slugs.slice(0, 2));
  expect(await decide(place, { teams: slugs.slice(0, 1), decision: 'group', group: 'Novices' })).toEqual([
    slugs[0],
  ]);
  expect(await rowOf(place, teams[0]!)).toMatchObject({ state: 'APPROVED', group: 'Novices' });
  const actions = await here.database.owner.auditEvent.findMany({
    where: { challengeId: place.challengeId, action: { startsWith: 'registration.' } },
    orderBy: { id: 'asc' },
  });
  expect(actions.map(({ action }) => action)).toEqual([
    'registration.approve',
    'registration.approve',
    'registration.group',
  ]);
});

test('organizers read members, addresses and answers; nobody else does', async () => {
  const question = { id: 'institution', kind: 'text', label: 'Institution' };
  const place = await newPlace({ registration: 'APPROVAL', registrationQuestions: [question] });
  const team = await newTeam(here);
  await expect(register(place, team)).rejects.toMatchObject({
    code: 'INVALID',
    fields: { 'answers.institution': 'Answer this question.' },
  });
  await register(place, team, { institution: 'Example University' });
  const query = { limit: 10 };
  const list = (viewer: Viewer | null) => listRegistrations(here.site, place.challengeSlug, query, viewer);
  expect(await list(place.organizer)).toMatchObject({
    registrations: [
      {
        team: { slug: team.slug },
        state: 'PENDING',
        members: [{ name: team.owner.name, email: team.owner.email }],
        answers: [{ label: 'Institution', answer: 'Example University' }],
        submissions: 0,
      },
    ],
    next: null,
  });
  for (const viewer of [team.owner, await here.newViewer()]) {
    await expect(list(viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const deciding = decide(place, { teams: [team.slug], decision: 'approve' }, viewer);
    await expect(deciding).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  const found = await listRegistrations(
    here.site,
    place.challengeSlug,
    { ...query, state: 'APPROVED' },
    place.organizer,
  );
  expect(found.registrations).toEqual([]);
});

test('lists of addresses admit, refuse or leave it to the organizers, for every member', async () => {
  const [allowed, denied] = [await newTeam(here), await newTeam(here)];
  const mixed = await newTeam(here);
  const stranger = await joinTeam(here, mixed);
  const allowedAddresses = [allowed.owner.email!, mixed.owner.email!];
  const deniedAddresses = [denied.owner.email!];

  const byApproval = await newPlace({ registration: 'APPROVAL', allowedAddresses, deniedAddresses });
  expect(await register(byApproval, allowed)).toMatchObject({ state: 'APPROVED' });
  expect(await register(byApproval, mixed)).toMatchObject({ state: 'PENDING' });
  await expect(register(byApproval, denied)).rejects.toThrow(/^Your email address isn’t admitted/);

  const byList = await newPlace({ registration: 'LIST', allowedAddresses });
  expect(await register(byList, allowed)).toMatchObject({ state: 'APPROVED' });
  await expect(register(byList, mixed)).rejects.toThrow(
    `The email address of ${stranger.name} isn’t admitted`,
  );
  // Nobody gets in afterwards either.
  const token = tokenOf(await createInvitation(here.site, allowed.slug, {}, allowed.owner));
  await expect(acceptInvitation(here.site, token, await here.newViewer())).rejects.toThrow(/isn’t admitted/);
});

test('an organizer’s decision and ten registrations of a team at once end in one row', async () => {
  const place = await newPlace({ registration: 'APPROVAL' });
  const team = await newTeam(here);
  await register(place, team);
  const results = await Promise.allSettled([
    ...Array.from({ length: 5 }, () => register(place, team)),
    decide(place, { teams: [team.slug], decision: 'approve' }),
    ...Array.from({ length: 5 }, () => register(place, team)),
  ]);
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(await rowOf(place, team)).toMatchObject({ state: 'APPROVED' });
});

test('whoever left a team that had submitted enters with another one once an organizer has released them', async () => {
  const place = await newPlace();
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await register(place, team);
  await submit(place, team);
  const { email } = member;
  const release = (input: object, viewer = place.organizer) =>
    releasePerson(
      here.site,
      place.challengeSlug,
      { email, reason: 'Moved to another lab.', ...input },
      viewer,
    );
  // As long as they are members, there is nothing to release.
  await expect(release({})).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/must leave that team first/),
  });
  await leaveTeam(here.site, team.slug, await here.refresh(member));

  const other = await newTeam(here, { owner: await here.refresh(member) });
  await expect(register(place, other)).rejects.toThrow(/each person enters a challenge with one team/);
  await expect(release({}, other.owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(release({ reason: '' })).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
  const unknown = await release({ email: 'nobody@example.org' }).catch((error: Error) => error.message);
  const unbound = await release({ email: place.organizer.email }).catch((error: Error) => error.message);
  expect(unknown).toBe(unbound);

  expect(await release({ email: email!.toUpperCase() })).toMatchObject({ name: member.name });
  expect(await register(place, other)).toMatchObject({ state: 'APPROVED' });
  const where = { challengeId: place.challengeId, action: 'registration.release' };
  expect(await here.database.owner.auditEvent.findMany({ where })).toMatchObject([
    { detail: { person: member.name, team: team.slug, reason: 'Moved to another lab.' } },
  ]);
  await expect(release({})).rejects.toMatchObject({ code: 'CONFLICT' });
});
