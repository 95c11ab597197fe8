import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';
import { listRegistrations } from '#lib/site/registrations/list-registrations.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { acceptTerms } from '#lib/site/registrations/terms.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { joinTeam, newTeam, type TestTeam } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  organizer = await here.newViewer();
  const { challengeId } = scene;
  const data = { challengeId, userId: organizer.userId, role: 'OWNER' as const };
  await here.database.owner.organizer.create({ data });
});
afterAll(() => here.close());

async function setTerms(terms: string | null) {
  const { definition } = await readDefinition(here.site, scene.challengeSlug, organizer);
  return applyDefinition(here.site, scene.challengeSlug, { definition: { ...definition, terms } }, organizer);
}
const register = ({ slug: team, owner }: TestTeam, terms?: number) =>
  registerTeam(here.site, scene.challengeSlug, { team, terms }, owner);
const accept = ({ slug: team }: TestTeam, terms: number | null, viewer: Viewer) =>
  acceptTerms(here.site, scene.challengeSlug, { team, terms }, viewer);
async function submit({ id, slug, owner }: TestTeam) {
  const of = { challenge: scene.challengeSlug, phase: 'test', team: slug, algorithm: 'net' };
  return createSubmission(here.site, { ...of, imageId: await scene.image(id), modelId: null }, owner);
}

test('a team accepts the terms when it registers, and a new version before its next submission', async () => {
  const early = await newTeam(here);
  await register(early);
  await submit(early);

  const { changes } = await setTerms('Be kind.');
  expect(changes).toMatchObject([{ label: 'Terms', consequence: expect.stringMatching(/asked to accept/) }]);
  await expect(submit(early)).rejects.toMatchObject({ code: 'TERMS_NOT_ACCEPTED' });
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  for (const version of [undefined, 2]) {
    await expect(register(team, version)).rejects.toMatchObject({ fields: { terms: expect.any(String) } });
  }
  await register(team, 1);
  await submit(team);

  await setTerms('Be very kind.');
  expect(await submitView(here.site, scene.challengeSlug, member)).toMatchObject({
    terms: { version: 2, text: 'Be very kind.' },
    teams: [{ registered: true, acceptedTerms: false }],
  });
  await expect(submit(team)).rejects.toMatchObject({ code: 'TERMS_NOT_ACCEPTED' });
  // Those that the form showed have changed since.
  await expect(accept(team, 1, member)).rejects.toMatchObject({
    fields: { terms: expect.stringMatching(/have changed/) },
  });
  await expect(accept(team, null, member)).rejects.toMatchObject({ fields: { terms: expect.any(String) } });
  await expect(accept(team, 2, early.owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await accept(team, 2, member);
  await accept(team, 2, team.owner);
  await submit(team);

  // Who accepted which version, for the organizers.
  const { registrations } = await listRegistrations(here.site, scene.challengeSlug, { limit: 10 }, organizer);
  const termsOf = (slug: string) => registrations.find((one) => one.team.slug === slug)!.terms;
  expect(termsOf(team.slug)).toMatchObject({ version: 2, by: member.name, at: expect.stringMatching(/Z$/) });
  expect(termsOf(early.slug)).toBeNull();
  const where = { teamId: team.id };
  const orderBy = { version: 'asc' as const };
  const accepted = await here.database.owner.termsAcceptance.findMany({ where, orderBy });
  expect(accepted.map(({ version, userId }) => [version, userId])).toEqual([
    [1, team.owner.userId],
    [2, member.userId],
  ]);
});

test('without terms, nobody is asked; the same text again changes nothing', async () => {
  await setTerms('Share your code.');
  const { termsVersion } = await here.database.owner.challenge.findUniqueOrThrow({
    where: { id: scene.challengeId },
  });
  await setTerms('Share your code.');
  await setTerms(null);
  const team = await newTeam(here);
  await register(team);
  await submit(team);
  const texts = await here.database.owner.challengeTerms.count({ where: { challengeId: scene.challengeId } });
  expect(texts).toBe(termsVersion);
});
