import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import type { Site } from '#lib/site/site.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';
import { handOverTeam, leaveTeam } from '#lib/site/teams/change-members.ts';
import { createInvitation } from '#lib/site/teams/create-invitation.ts';
import { dissolveTeam } from '#lib/site/teams/dissolve-team.ts';
import { askToJoin } from '#lib/site/teams/join-requests.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { joinTeam, newTeam, type TestTeam, tokenOf } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Guarantee: what holds for a team holds for requests that arrive at the same moment, in two processes of the site. */
let here: TestSite;
let scene: Scene;
let secondDatabase: Database;
let sites: [Site, Site];
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  secondDatabase = openDatabase(here.database.siteUrl);
  sites = [here.site, { ...here.site, db: secondDatabase }];
});
afterAll(async () => {
  await secondDatabase.$disconnect();
  await here.close();
});

/** Sends all at once; the codes of those that were refused. Anything but a refusal that people can read fails. */
async function refusedOf(sends: readonly ((site: Site) => Promise<unknown>)[]): Promise<string[]> {
  const results = await Promise.allSettled(sends.map((send, index) => send(sites[index % 2]!)));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const reason of reasons) expect(reason).toMatchObject({ name: 'DomainError' });
  return reasons.map(({ code }) => code);
}

const register = (team: TestTeam, site: Site = here.site) =>
  registerTeam(site, scene.challengeSlug, { team: team.slug }, team.owner);
const people = (count: number) => Promise.all(Array.from({ length: count }, () => here.newViewer()));
const membersOf = ({ id: teamId }: TestTeam) => here.database.owner.membership.count({ where: { teamId } });
const invite = async (team: TestTeam, maxUses = 1) =>
  tokenOf(await createInvitation(here.site, team.slug, { maxUses }, team.owner));

test('of twelve people who use a link with five uses at once, five join', async () => {
  const team = await newTeam(here);
  const token = await invite(team, 5);
  const sends = (await people(12)).map((person) => (site: Site) => acceptInvitation(site, token, person));
  expect(await refusedOf(sends)).toEqual(Array(7).fill('CONFLICT'));
  expect(await membersOf(team)).toBe(6);
});

test('a person who uses one link ten times at once joins once and uses it once', async () => {
  const team = await newTeam(here);
  const token = await invite(team, 5);
  const person = await here.newViewer();
  expect(await refusedOf(Array(10).fill((site: Site) => acceptInvitation(site, token, person)))).toEqual([]);
  const rows = await here.database.owner.invitation.findMany({ where: { teamId: team.id } });
  expect(rows).toMatchObject([{ uses: 1 }]);
});

test('a team doesn’t grow beyond the largest size of its challenge, whoever joins or registers at once', async () => {
  const own = await newScene(here.database.owner);
  const data = { maxTeamSize: 3 };
  await here.database.owner.challenge.update({ where: { id: own.challengeId }, data });
  const team = await newTeam(here);
  const token = await invite(team, 8);
  const sends = (await people(8)).map((person) => (site: Site) => acceptInvitation(site, token, person));
  const registering = (site: Site) => registerTeam(site, own.challengeSlug, { team: team.slug }, team.owner);
  await refusedOf([...sends.slice(0, 4), registering, ...sends.slice(4)]);
  const where = { challengeId: own.challengeId, teamId: team.id };
  const isRegistered = (await here.database.owner.registration.count({ where })) > 0;
  const size = await membersOf(team);
  expect({ isRegistered, fits: size <= 3 }).toEqual({ isRegistered, fits: isRegistered });

  // Registered first, it fills up to the largest size.
  const second = await newTeam(here);
  await registerTeam(here.site, own.challengeSlug, { team: second.slug }, second.owner);
  const other = await invite(second, 8);
  const joins = (await people(8)).map((person) => (site: Site) => acceptInvitation(site, other, person));
  expect(await refusedOf(joins)).toEqual(Array(6).fill('CONFLICT'));
  expect(await membersOf(second)).toBe(3);
});

test('of ten teams of one person that register at once, one does', async () => {
  const person = await here.newViewer();
  const teams: TestTeam[] = [];
  for (let index = 0; index < 10; index++) {
    const team = await newTeam(here);
    await joinTeam(here, team, person);
    teams.push(team);
  }
  const refused = await refusedOf(teams.map((team) => (site) => register(team, site)));
  expect(refused).toEqual(Array(9).fill('CONFLICT'));
  const where = { challengeId: scene.challengeId, userId: person.userId };
  expect(await here.database.owner.participation.count({ where })).toBe(1);
});

test('a person who joins ten registered teams at once joins one', async () => {
  const teams: TestTeam[] = [];
  for (let index = 0; index < 10; index++) {
    const team = await newTeam(here);
    await register(team);
    teams.push(team);
  }
  const person = await here.newViewer();
  const tokens = await Promise.all(teams.map((team) => invite(team)));
  const refused = await refusedOf(tokens.map((token) => (site) => acceptInvitation(site, token, person)));
  expect(refused).toEqual(Array(9).fill('CONFLICT'));
  const { userId } = person;
  expect(await here.database.owner.membership.count({ where: { userId } })).toBe(1);
  // Those that were refused have used up nothing.
  const used = await here.database.owner.invitation.count({
    where: { teamId: { in: teams.map(({ id }) => id) }, uses: 1 },
  });
  expect(used).toBe(1);
});

test('a member who joins while the team registers takes part with it', async () => {
  for (let round = 0; round < 5; round++) {
    const team = await newTeam(here);
    const token = await invite(team);
    const person = await here.newViewer();
    const sends = [
      (site: Site) => register(team, site),
      (site: Site) => acceptInvitation(site, token, person),
    ];
    expect(await refusedOf(round % 2 ? sends : sends.reverse())).toEqual([]);
    const where = { challengeId: scene.challengeId, teamId: team.id };
    expect(await here.database.owner.participation.count({ where })).toBe(2);
  }
});

test('an owner who hands the team over to two people at once, while one of them leaves, leaves it one owner', async () => {
  for (let round = 0; round < 5; round++) {
    const team = await newTeam(here);
    const [first, second] = [await joinTeam(here, team), await joinTeam(here, team)];
    const handOver = (to: Viewer) => (site: Site) =>
      handOverTeam(site, team.slug, { member: to.userId }, team.owner);
    const leave = (site: Site) => leaveTeam(site, team.slug, first);
    await refusedOf([handOver(first), leave, handOver(second), handOver(first), handOver(second)]);
    const where = { teamId: team.id, role: 'OWNER' as const };
    expect(await here.database.owner.membership.count({ where })).toBe(1);
  }
});

test('ten requests of one person at once are one request', async () => {
  const team = await newTeam(here);
  const person = await here.newViewer();
  const ask = (site: Site) => askToJoin(site, team.slug, { message: 'Hi.' }, person);
  expect(await refusedOf(Array(10).fill(ask))).toEqual([]);
  expect(await here.database.owner.joinRequest.count({ where: { teamId: team.id } })).toBe(1);
});

test('nothing is submitted for a team that is dissolved at the same moment', async () => {
  for (let round = 0; round < 5; round++) {
    const team = await newTeam(here);
    await register(team);
    const imageId = await scene.image(team.id);
    const place = { challenge: scene.challengeSlug, phase: 'test', team: team.slug };
    const submit = (site: Site) =>
      createSubmission(site, { ...place, imageId, modelId: null, algorithm: 'net' }, team.owner);
    const dissolve = (site: Site) => dissolveTeam(site, team.slug, { name: team.name }, team.owner);
    await refusedOf([submit, dissolve, submit, submit]);
    const active = await here.database.owner.evaluation.count({
      where: { state: { in: ['QUEUED', 'RUNNING'] }, submission: { teamId: team.id } },
    });
    expect(active).toBe(0);
  }
});
