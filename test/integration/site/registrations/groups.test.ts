import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';
import { decideRegistrations } from '#lib/site/registrations/decide-registrations.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { submitView } from '#lib/site/submissions/submit-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { newTeam, type TestTeam } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner, { perDay: 1, total: 10 });
  organizer = await here.newViewer();
  const data = { challengeId: scene.challengeId, userId: organizer.userId, role: 'OWNER' as const };
  await here.database.owner.organizer.create({ data });
});
afterAll(() => here.close());

async function setPhase(over: object) {
  const { definition } = await readDefinition(here.site, scene.challengeSlug, organizer);
  const phases = definition.phases.map((phase) => ({ ...phase, ...over }));
  return applyDefinition(
    here.site,
    scene.challengeSlug,
    { definition: { ...definition, phases } },
    organizer,
  );
}
async function registered(): Promise<TestTeam> {
  const team = await newTeam(here);
  await registerTeam(here.site, scene.challengeSlug, { team: team.slug }, team.owner);
  return team;
}
const moveTo = (team: TestTeam, group: string) =>
  decideRegistrations(
    here.site,
    scene.challengeSlug,
    { teams: [team.slug], decision: 'group', group },
    organizer,
  );
async function submit({ id, slug, owner }: TestTeam) {
  const of = { challenge: scene.challengeSlug, phase: 'test', team: slug, algorithm: 'net' };
  return createSubmission(here.site, { ...of, imageId: await scene.image(id), modelId: null }, owner);
}

test('a phase that is open to groups takes submissions of their teams only', async () => {
  const [student, other] = [await registered(), await registered()];
  await moveTo(student, 'students');
  const { changes } = await setPhase({ groups: ['students'] });
  expect(changes).toMatchObject([{ label: 'Open to groups', before: 'every team', after: 'students' }]);
  await submit(student);
  await expect(submit(other)).rejects.toMatchObject({
    code: 'GATE_CLOSED',
    message: expect.stringMatching(/open to teams of the groups students, and yours is in none/),
  });
  expect(await submitView(here.site, scene.challengeSlug, student.owner)).toMatchObject({
    teams: [{ registration: { group: 'students' } }],
    rules: [{ groups: ['students'] }],
  });
  await setPhase({ groups: [] });
  await submit(other);
});

test('the teams of a group have its limits, and the others those of the phase', async () => {
  const [student, other] = [await registered(), await registered()];
  await moveTo(student, 'students');
  await setPhase({ groupLimits: [{ group: 'students', submissionsPerDay: 2, submissionsTotal: 2 }] });
  const quotaOf = async ({ slug, owner }: TestTeam) =>
    (await submitView(here.site, scene.challengeSlug, owner)).quotas[slug]!['test'];
  expect(await quotaOf(student)).toMatchObject({ perDay: 2, total: 2 });
  expect(await quotaOf(other)).toMatchObject({ perDay: 1, total: 10 });
  await submit(student);
  await submit(student);
  await submit(other);
  for (const team of [student, other])
    await expect(submit(team)).rejects.toMatchObject({ code: 'QUOTA_USED' });
  // Out of the group, its submissions count against the limits of the phase.
  await moveTo(student, '');
  expect(await quotaOf(student)).toMatchObject({ perDay: 1, usedToday: 2 });
});
