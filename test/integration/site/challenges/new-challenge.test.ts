import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { challengeView } from '#lib/site/challenges/challenge-view.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';
import { listChallenges } from '#lib/site/challenges/list-challenges.ts';
import { newChallengeView, startChallenge } from '#lib/site/challenges/start-challenge.ts';
import { leaderboardView } from '#lib/site/leaderboards/leaderboard-view.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let administrator: Viewer;
let stranger: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  administrator = await here.newViewer({ isAdmin: true });
  stranger = await here.newViewer();
});
afterAll(() => here.close());

const start = (over: object = {}, viewer: Viewer = administrator, key: string | null = null) => {
  const request = { source: 'template:stroke-t1', slug: unique('new'), title: 'A new one', ...over };
  return startChallenge(here.site, request, viewer, key);
};
const setVisibility = async (slug: string, visibility: string) => {
  const { definition } = await readDefinition(here.site, slug, administrator);
  return applyDefinition(here.site, slug, { definition: { ...definition, visibility } }, administrator);
};
const listedFor = async (viewer: Viewer | null) =>
  (await listChallenges(here.site, viewer)).map(({ slug }) => slug);
const NOT_FOUND = { code: 'NOT_FOUND', message: 'This challenge doesn’t exist.' };

describe('a challenge that is started in the site', () => {
  it('is a draft with the phases of its template, none of which opens within a week', async () => {
    const { slug } = await start();
    const { definition } = await readDefinition(here.site, slug, administrator);
    expect(definition).toMatchObject({ slug, title: 'A new one', visibility: 'DRAFT' });
    expect(definition.phases.map((phase) => phase.slug)).toEqual(['rehearsal', 'test']);
    const opens = definition.phases.map(({ opensAt }) => Date.parse(opensAt) - Date.now());
    expect(Math.min(...opens)).toBeGreaterThan(6.9 * 86_400_000);
  });

  it('copies the definition of another challenge, but no test set, scorer or team', async () => {
    const { slug: original } = await start();
    const { slug } = await start({ source: `copy:${original}`, title: 'A copy' });
    const [from, copy] = [
      await readDefinition(here.site, original, administrator),
      await readDefinition(here.site, slug, administrator),
    ];
    expect(copy.definition).toEqual({ ...from.definition, slug, title: 'A copy' });
    const view = await newChallengeView(here.site, administrator);
    expect(view.challenges).toContainEqual({ slug, title: 'A copy' });
  });

  it('is made once, however often its form is sent', async () => {
    const slug = unique('once');
    const key = crypto.randomUUID();
    expect(await start({ slug }, administrator, key)).toEqual({ slug });
    expect(await start({ slug }, administrator, key)).toEqual({ slug });
  });

  it.each([
    [{ source: 'template:nothing' }, { code: 'INVALID', fields: { source: expect.any(String) } }],
    [{ source: 'stroke-t1' }, { code: 'INVALID', fields: { source: expect.any(String) } }],
    [{ source: 'copy:nothing' }, { code: 'NOT_FOUND' }],
    [{ slug: 'No Slug', title: '' }, { fields: { slug: expect.any(String), title: expect.any(String) } }],
    // Its console would be at the address of the form.
    [{ slug: 'new' }, { code: 'CONFLICT', fields: { slug: expect.any(String) } }],
  ])('is refused for %j', async (over, refusal) => {
    await expect(start(over)).rejects.toMatchObject(refusal);
  });

  it('is for administrators only', async () => {
    await expect(start({}, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(newChallengeView(here.site, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(newChallengeView(here.site, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});

describe('the visibility of a challenge', () => {
  it('hides a draft from everybody but its organizers, in lists, pages and actions', async () => {
    const { slug } = await start();
    const { slug: team } = await createTeam(here.site, { name: unique('Team') }, stranger);
    const member = await here.refresh(stranger);
    for (const viewer of [null, member]) {
      expect(await listedFor(viewer)).not.toContain(slug);
      await expect(challengeView(here.site, slug, viewer)).rejects.toMatchObject(NOT_FOUND);
      const leaderboard = leaderboardView(here.site, slug, 'test', viewer, { limit: 10 });
      await expect(leaderboard).rejects.toMatchObject(NOT_FOUND);
    }
    await expect(registerTeam(here.site, slug, { team }, member)).rejects.toMatchObject(NOT_FOUND);
    expect(await listedFor(administrator)).toContain(slug);
    expect(await challengeView(here.site, slug, administrator)).toMatchObject({ visibility: 'DRAFT' });
  });

  it('shows an unlisted challenge to whoever has its address, and lists it for its organizers only', async () => {
    const { slug } = await start();
    const { changes } = await setVisibility(slug, 'UNLISTED');
    expect(changes).toMatchObject([{ consequence: expect.stringMatching(/no list.*Teams can register/) }]);
    expect(await challengeView(here.site, slug, null)).toMatchObject({ visibility: 'UNLISTED' });
    expect(await listedFor(null)).not.toContain(slug);
    expect(await listedFor(administrator)).toContain(slug);
    await setVisibility(slug, 'PUBLIC');
    expect(await listedFor(null)).toContain(slug);
  });

  it('can’t become a draft again once teams have registered', async () => {
    const { slug } = await start();
    await setVisibility(slug, 'PUBLIC');
    const owner = await here.newViewer();
    const { slug: team } = await createTeam(here.site, { name: unique('Team') }, owner);
    await registerTeam(here.site, slug, { team }, await here.refresh(owner));
    await expect(setVisibility(slug, 'DRAFT')).rejects.toMatchObject({
      code: 'INVALID',
      fields: { visibility: expect.stringMatching(/unlisted/) },
    });
    expect(await challengeView(here.site, slug, null)).toMatchObject({ visibility: 'PUBLIC' });
  });
});
