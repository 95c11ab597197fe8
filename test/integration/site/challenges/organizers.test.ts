import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { may } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { acceptOrganizerInvitation, organizerInvitation } from '#lib/site/organizers/accept-invitation.ts';
import {
  changeOrganizer,
  inviteOrganizer,
  removeOrganizer,
  revokeOrganizerInvitation,
} from '#lib/site/organizers/change-organizers.ts';
import { organizersView } from '#lib/site/organizers/organizers-view.ts';
import { newScene } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

let challengeId: string;
let slug: string;
let owner: Viewer;
beforeEach(async () => {
  ({ challengeId, challengeSlug: slug } = await newScene(here.database.owner));
  owner = await organizer('OWNER');
});

async function organizer(role: 'OWNER' | 'EDITOR' | 'REVIEWER'): Promise<Viewer> {
  const viewer = await here.newViewer();
  await here.database.owner.organizer.create({ data: { challengeId, userId: viewer.userId, role } });
  return viewer;
}
/** The ID of the invitation. */
async function invite(email: string, role = 'EDITOR'): Promise<string> {
  await inviteOrganizer(here.site, slug, { email, role }, owner);
  return (await organizersView(here.site, slug, owner)).invitations.find((one) => one.email === email)!.id;
}
const rolesNow = async () => {
  const rows = await here.database.owner.organizer.findMany({ where: { challengeId } });
  return Object.fromEntries(rows.map(({ userId, role }) => [userId, role]));
};
const NOT_FOUND = { code: 'NOT_FOUND' };

test('who is invited by address becomes an organizer once they accept, with that role', async () => {
  const invited = await here.newViewer();
  const id = await invite(invited.email!.toUpperCase().toLowerCase(), 'REVIEWER');
  expect(await organizerInvitation(here.site, id, invited)).toMatchObject({
    role: 'REVIEWER',
    challenge: { slug },
  });
  expect(await acceptOrganizerInvitation(here.site, id, invited)).toBe(slug);
  expect((await rolesNow())[invited.userId]).toBe('REVIEWER');
  const challenge = await findChallenge(here.site, slug, invited);
  expect([
    may('console.read', invited, { challenge }),
    may('challenge.edit', invited, { challenge }),
  ]).toEqual([true, false]);
  await expect(acceptOrganizerInvitation(here.site, id, invited)).rejects.toMatchObject(NOT_FOUND);
});

test('an invitation is for its address only, can be revoked, and expires', async () => {
  const invited = await here.newViewer();
  const id = await invite(invited.email!);
  await expect(organizerInvitation(here.site, id, await here.newViewer())).rejects.toMatchObject(NOT_FOUND);
  await expect(acceptOrganizerInvitation(here.site, id, owner)).rejects.toMatchObject(NOT_FOUND);
  await expect(organizerInvitation(here.site, id, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(organizerInvitation(here.site, 'x', invited)).rejects.toMatchObject(NOT_FOUND);
  await revokeOrganizerInvitation(here.site, slug, { invitation: id }, owner);
  await revokeOrganizerInvitation(here.site, slug, { invitation: id }, owner);
  await expect(acceptOrganizerInvitation(here.site, id, invited)).rejects.toMatchObject(NOT_FOUND);
  const another = await invite(invited.email!);
  here.setNow(new Date(Date.now() + 15 * 86_400_000));
  await expect(acceptOrganizerInvitation(here.site, another, invited)).rejects.toMatchObject(NOT_FOUND);
  here.setNow(null);
});

test('inviting an address again replaces its invitation, and organizers aren’t invited', async () => {
  const first = await invite('ada@example.org', 'EDITOR');
  const second = await invite('ada@example.org', 'OWNER');
  expect(second).not.toBe(first);
  expect((await organizersView(here.site, slug, owner)).invitations).toMatchObject([{ role: 'OWNER' }]);
  await expect(invite(owner.email!)).rejects.toMatchObject({ fields: { email: expect.any(String) } });
});

test('owners change roles and remove others; the last owner stays', async () => {
  const editor = await organizer('EDITOR');
  const user = editor.userId;
  for (const change of [
    () => changeOrganizer(here.site, slug, { user, role: 'OWNER' }, editor),
    () => removeOrganizer(here.site, slug, { user: owner.userId }, editor),
    () => inviteOrganizer(here.site, slug, { email: 'a@example.org', role: 'EDITOR' }, editor),
  ]) {
    await expect(change()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/owners of this/),
    });
  }
  const own = { user: owner.userId };
  await expect(removeOrganizer(here.site, slug, own, owner)).rejects.toThrow(/always has an owner/);
  const demote = changeOrganizer(here.site, slug, { ...own, role: 'EDITOR' }, owner);
  await expect(demote).rejects.toThrow(/always has an owner/);
  await changeOrganizer(here.site, slug, { user, role: 'OWNER' }, owner);
  await changeOrganizer(here.site, slug, { ...own, role: 'REVIEWER' }, editor);
  expect(await rolesNow()).toEqual({ [user]: 'OWNER', [owner.userId]: 'REVIEWER' });
  // Each for themselves, whatever their role.
  await removeOrganizer(here.site, slug, own, owner);
  expect(await rolesNow()).toEqual({ [user]: 'OWNER' });
  const actions = await here.database.owner.auditEvent.findMany({ where: { challengeId } });
  expect(actions.map(({ action }) => action)).toEqual([
    ...['organizer.changeRole', 'organizer.changeRole', 'organizer.remove'],
  ]);
});

test('two owners who remove each other at the same moment leave one, and the database refuses none', async () => {
  const other = await organizer('OWNER');
  const results = await Promise.allSettled([
    removeOrganizer(here.site, slug, { user: other.userId }, owner),
    removeOrganizer(here.site, slug, { user: owner.userId }, other),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(Object.values(await rolesNow())).toEqual(['OWNER']);
  const last = here.database.site.organizer.updateMany({ where: { challengeId }, data: { role: 'EDITOR' } });
  await expect(last).rejects.toThrow(/no owner/);
});
