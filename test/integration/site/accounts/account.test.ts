import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountView, revokeApiToken } from '#lib/site/accounts/account-view.ts';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { changeProfile } from '#lib/site/accounts/profile/change-profile.ts';
import { deleteAccount } from '#lib/site/accounts/profile/delete-account.ts';
import { exportAccount } from '#lib/site/accounts/profile/export-account.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { findSessionViewer, requestViewer } from '#lib/site/accounts/viewer.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

async function newOwner() {
  const { email } = await signUpAccount(here.site, PASSWORD);
  const input = { email, password: PASSWORD, name: 'laptop' };
  const token = await createApiToken(here.site, input, { address: unique('address') });
  const cookie = await signInBrowser(here.site, email, PASSWORD);
  return { token, viewer: await findSessionViewer(here.site, cookie) };
}

function viewerBy(token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return requestViewer(here.site, new Request(`${ORIGIN}/api/v1/teams`, { headers }));
}

test('an account lists its tokens without their secrets, and a revoked token is refused at once', async () => {
  const { token, viewer } = await newOwner();
  const account = await accountView(here.site, viewer);
  expect(account.tokens).toMatchObject([{ name: 'laptop' }]);
  expect(JSON.stringify(account)).not.toContain(token);

  await revokeApiToken(here.site, { id: account.tokens[0]?.id }, viewer);
  expect((await accountView(here.site, viewer)).tokens).toEqual([]);
  await expect(viewerBy(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});

test('users can revoke only their own tokens, and visitors none', async () => {
  const { token, viewer } = await newOwner();
  const other = await newOwner();
  const { tokens } = await accountView(here.site, viewer);
  const input = { id: tokens[0]?.id };
  await expect(revokeApiToken(here.site, input, other.viewer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(revokeApiToken(here.site, input, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await viewerBy(token)).toMatchObject({ userId: viewer?.userId });
});

const PROFILE = { name: 'Ada', affiliation: '', country: '', orcid: '' };

test('users can change only their own profile, and each field says what is wrong with it', async () => {
  const { token, viewer } = await newOwner();
  const other = await newOwner();
  const input = {
    name: ' Ada Moreau ',
    affiliation: 'ETH Zürich',
    country: 'CH',
    orcid: 'https://orcid.org/0000-0002-1825-0097',
  };
  await changeProfile(here.site, input, viewer);
  expect(await accountView(here.site, viewer)).toMatchObject({
    affiliation: 'ETH Zürich',
    country: 'CH',
    orcid: '0000-0002-1825-0097',
  });
  expect((await viewerBy(token))?.name).toBe('Ada Moreau');
  expect((await viewerBy(other.token))?.name).toBe('Ada');
  const wrong = { name: '\n', affiliation: '\u3164', country: 'XX', orcid: '0000-0002-1825-0098' };
  await expect(changeProfile(here.site, wrong, viewer)).rejects.toMatchObject({
    code: 'INVALID',
    fields: {
      name: expect.any(String),
      affiliation: expect.any(String),
      country: 'Choose a country from the list.',
      orcid: expect.stringMatching(/^This isn’t an ORCID iD/),
    },
  });
  await changeProfile(here.site, PROFILE, viewer);
  expect(await accountView(here.site, viewer)).toMatchObject({
    affiliation: null,
    country: null,
    orcid: null,
  });
});

test('a deleted account leaves its results under “Former member”, and nothing personal', async () => {
  const { token, viewer } = await newOwner();
  const { owner } = here.database;
  const { userId } = viewer!;
  const email = viewer!.email!;
  await changeProfile(here.site, { ...PROFILE, affiliation: 'ETH Zürich' }, viewer);
  const scene = await newScene(owner);
  const team = await scene.team(userId);
  const data = { phaseId: scene.phaseId, teamId: team.id, userId, imageId: await scene.image(team.id) };
  const submission = await owner.submission.create({ data: { ...data, algorithm: 'a' } });
  await expect(deleteAccount(here.site, { password: 'wrong' }, viewer)).rejects.toMatchObject({
    fields: { password: expect.any(String) },
  });
  const expiresAt = new Date(Date.now() + 86_400_000);
  const { id: invitationId } = await owner.invitation.create({
    data: { teamId: team.id, email, maxUses: 1, expiresAt },
  });
  const { challengeId } = scene;
  await owner.organizerInvitation.create({ data: { challengeId, email, role: 'EDITOR', expiresAt } });
  expect(await exportAccount(here.site, viewer)).toMatchObject({
    invitations: { teams: [{ team: { slug: team.slug } }], challenges: [{ role: 'EDITOR' }] },
  });
  // Its team is left first.
  await owner.membership.deleteMany({ where: { teamId: team.id } });
  await deleteAccount(here.site, { password: PASSWORD }, viewer);

  const user = await owner.user.findUniqueOrThrow({
    where: { id: userId },
    include: { memberships: true, tokens: true },
  });
  expect(user).toMatchObject({ name: 'Former member', email: null, passwordHash: null, affiliation: null });
  expect([user.memberships, user.tokens]).toEqual([[], []]);
  expect(await owner.submission.count({ where: { id: submission.id, userId } })).toBe(1);
  expect(await owner.organizerInvitation.count({ where: { email } })).toBe(0);
  expect(await owner.invitation.findUniqueOrThrow({ where: { id: invitationId } })).toMatchObject({
    email: null,
    revokedAt: expect.any(Date),
  });
  await expect(viewerBy(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(signIn(here.site, { email, password: PASSWORD }, { address: unique('a') })).rejects.toThrow();
  // The address is free again.
  await owner.user.create({ data: { name: 'Ada', email } });
});

test('an account on which others depend isn’t deleted', async () => {
  const { viewer } = await newOwner();
  const { owner } = here.database;
  const scene = await newScene(owner);
  const team = await scene.team(viewer!.userId);
  const remove = () => deleteAccount(here.site, { password: PASSWORD }, viewer);
  await expect(remove()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(team.slug),
  });
  await owner.membership.deleteMany({ where: { teamId: team.id } });
  await owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: viewer!.userId, role: 'OWNER' },
  });
  await expect(remove()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('only owner'),
  });
});

test('the export has everything about the account, and no secret', async () => {
  const { token, viewer } = await newOwner();
  const text = JSON.stringify(await exportAccount(here.site, viewer));
  expect(text).toContain(viewer!.email);
  expect(text).toContain('laptop');
  expect(text).not.toContain(token);
  expect(text).not.toMatch(/argon2|tokenHash|passwordHash/);
  await expect(exportAccount(here.site, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});
