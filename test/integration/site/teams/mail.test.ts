import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';
import { handOverTeam, removeMember } from '#lib/site/teams/change-members.ts';
import { createInvitation } from '#lib/site/teams/create-invitation.ts';
import { dissolveTeam } from '#lib/site/teams/dissolve-team.ts';
import { askToJoin, decideJoinRequest } from '#lib/site/teams/join-requests.ts';
import { decideMerge, requestMerge } from '#lib/site/teams/merge-requests.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { unique } from '#test/support/site/scene.ts';
import { joinTeam, newTeam } from '#test/support/site/teams.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Guarantee: whoever a change of a team concerns gets a mail about it, from a real server. */
let here: TestSite;
let server: MailServer;
let stop: () => Promise<void>;
beforeAll(async () => {
  server = await startMailServer();
  const from = { name: 'Heldout', address: 'heldout@example.org' };
  here = await openTestSite({ mail: { server: server.server, from } });
  stop = startMailWorker(here.site.environment, (error) => {
    throw error;
  });
});
afterAll(async () => {
  await stop();
  await here.close();
  await server.close();
});

/** The text of the next mail to a person, without its line breaks. */
async function mailTo(to: string): Promise<{ subject: string; text: string }> {
  const { parsed } = await server.next(to);
  return { subject: parsed.subject ?? '', text: (parsed.text ?? '').replaceAll(/\s+/g, ' ') };
}
const mailOf = ({ email }: Viewer) => mailTo(email!);

test('an invitation by mail lets one person in, who may be a stranger', async () => {
  const team = await newTeam(here);
  const email = `${unique('bob')}@example.org`;
  const invitation = await createInvitation(here.site, team.slug, { email, maxUses: 5 }, team.owner);
  expect(invitation).toMatchObject({ email, maxUses: 1 });
  const mail = await server.next(email);
  expect(mail.parsed.subject).toBe(`Invitation to the team ${team.name}`);
  expect(mail.parsed.text).toContain(team.owner.name);
  expect(mail.parsed.text).toContain('within 14 days');
  expect(mail.raw).toContain('List-Unsubscribe:');
  const { pathname, href } = linkIn(mail, new URL(invitation.url).pathname);
  expect(href).toBe(invitation.url);
  const person = await here.newViewer();
  await acceptInvitation(here.site, pathname.split('/').at(-1)!, person);
  expect((await here.refresh(person)).teams).toMatchObject([{ slug: team.slug }]);
});

test('the owner reads who asks, and the person who asked reads the answer', async () => {
  const team = await newTeam(here);
  const person = await here.newViewer();
  const ask = (message: string) => askToJoin(here.site, team.slug, { message }, person);
  const decide = (id: string, decision: object) =>
    decideJoinRequest(here.site, { team: team.slug, id }, decision, team.owner);
  const first = await ask('I know <the> data.');
  expect(await mailOf(team.owner)).toMatchObject({
    subject: `${person.name} asks to join ${team.name}`,
    text: expect.stringContaining('I know <the> data.'),
  });
  await decide(first.id, { decision: 'decline', reason: 'We are complete.' });
  expect(await mailOf(person)).toMatchObject({
    subject: `Your request to join ${team.name} was declined`,
    text: expect.stringContaining('We are complete.'),
  });
  const second = await ask('Please.');
  await mailOf(team.owner);
  await decide(second.id, { decision: 'accept' });
  expect(await mailOf(person)).toMatchObject({ subject: `You are a member of ${team.name}` });
});

test('members read that they were removed, own the team, or have none any more', async () => {
  const team = await newTeam(here);
  const [first, second] = [await joinTeam(here, team), await joinTeam(here, team)];
  await removeMember(here.site, { team: team.slug, member: first.userId }, team.owner);
  expect(await mailOf(first)).toMatchObject({ subject: `You are no longer a member of ${team.name}` });
  await handOverTeam(here.site, team.slug, { member: second.userId }, team.owner);
  const handedOver = await mailOf(second);
  expect(handedOver).toMatchObject({ subject: `You own the team ${team.name} now` });
  expect(handedOver.text).toContain(`${ORIGIN}/teams/${team.slug}/manage`);
  await dissolveTeam(here.site, team.slug, { name: team.name }, await here.refresh(second));
  expect(await mailOf(team.owner)).toMatchObject({ subject: `The team ${team.name} was dissolved` });
});

test('both teams read what becomes of a merge', async () => {
  const [from, into] = [await newTeam(here), await newTeam(here)];
  const ask = () => requestMerge(here.site, from.slug, { into: into.slug }, from.owner);
  const decide = (id: string, decision: string) =>
    decideMerge(here.site, { team: into.slug, id }, { decision }, into.owner);
  const first = await ask();
  expect(await mailOf(into.owner)).toMatchObject({ subject: `${from.name} asks to merge into ${into.name}` });
  await decide(first.id, 'decline');
  expect(await mailOf(from.owner)).toMatchObject({ subject: `${into.name} doesn’t merge with ${from.name}` });
  const second = await ask();
  await mailOf(into.owner);
  await decide(second.id, 'accept');
  expect(await mailOf(from.owner)).toMatchObject({ subject: `${from.name} has merged into ${into.name}` });
});

// The last, because the mails of the others would wait behind its own.
test('a person can’t invite more than thirty people a day by mail, in all of their teams', async () => {
  const team = await newTeam(here);
  for (let index = 0; index < 30; index++) {
    const email = `${unique('bob')}@example.org`;
    const { id } = await createInvitation(here.site, team.slug, { email }, team.owner);
    await here.database.owner.invitation.delete({ where: { id } });
  }
  const inviting = createInvitation(here.site, team.slug, { email: 'one-more@example.org' }, team.owner);
  await expect(inviting).rejects.toThrow(/Too many attempts.*Invite by a link instead/);
  await createInvitation(here.site, team.slug, {}, team.owner);
});
