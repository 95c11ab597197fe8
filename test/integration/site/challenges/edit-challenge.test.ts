import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDefinition } from '#lib/api/challenges/definitions.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { applyDefinition, readDefinition } from '#lib/site/challenges/edit-challenge.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/** A challenge with an organizer. */
async function organized(): Promise<{ scene: Scene; organizer: Viewer; stored: StoredDefinition }> {
  const scene = await newScene(here.database.owner);
  const organizer = await here.newViewer();
  const { challengeId, challengeSlug } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: organizer.userId, role: 'EDITOR' },
  });
  return { scene, organizer, stored: await readDefinition(here.site, challengeSlug, organizer) };
}

/** The definition with its first phase changed. */
function withPhase({ definition }: StoredDefinition, over: object) {
  const [first, ...others] = definition.phases;
  return { ...definition, phases: [{ ...first, ...over }, ...others] };
}

const apply = (slug: string, input: object, viewer: Viewer | null) =>
  applyDefinition(here.site, slug, input, viewer);

test('what was read can be applied unchanged, and nothing is recorded', async () => {
  const { scene, organizer, stored } = await organized();
  const answer = await apply(scene.challengeSlug, stored, organizer);
  expect(answer).toEqual({ changes: [], applied: false, version: stored.version });
  const { challengeId } = scene;
  expect(await here.database.owner.auditEvent.count({ where: { challengeId } })).toBe(0);
});

test('a dry run says what changes and what that brings about, and changes nothing', async () => {
  const { scene, organizer, stored } = await organized();
  const definition = withPhase(stored, {
    decimals: 5,
    closesAt: '2020-01-02T00:00:00Z',
    opensAt: '2020-01-01T00:00:00Z',
  });
  const { changes, applied } = await apply(scene.challengeSlug, { definition, dryRun: true }, organizer);
  expect(applied).toBe(false);
  expect(changes).toMatchObject([
    { path: 'phases[0].opensAt', after: '2020-01-01 00:00 UTC' },
    { path: 'phases[0].closesAt', consequence: expect.stringMatching(/no team can submit any more/) },
    {
      path: 'phases[0].decimals',
      before: '3',
      after: '5',
      consequence: expect.stringMatching(/more decimals/),
    },
  ]);
  expect((await readDefinition(here.site, scene.challengeSlug, organizer)).version).toBe(stored.version);
});

test('texts, dates, settings and limits are saved together, each with its own audit event', async () => {
  const { scene, organizer, stored } = await organized();
  const { limits } = stored.definition.phases[0]!;
  const definition = {
    ...withPhase(stored, { submissionsPerDay: 9, gpu: { count: 2 }, limits: { ...limits, cpus: 3 } }),
    question: 'Who finds all of them?',
  };
  const answer = await apply(scene.challengeSlug, { definition, version: stored.version }, organizer);
  expect(answer.changes.map(({ path }) => path)).toEqual([
    'question',
    'phases[0].submissionsPerDay',
    'phases[0].limits.cpus',
    'phases[0].gpu',
  ]);
  const now = await readDefinition(here.site, scene.challengeSlug, organizer);
  expect(now.version).toBe(answer.version);
  expect(now.definition).toMatchObject({
    question: 'Who finds all of them?',
    phases: [{ submissionsPerDay: 9, gpu: { count: 2 }, limits: { cpus: 3 } }],
  });
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId: scene.challengeId },
    orderBy: { id: 'asc' },
  });
  expect(events.map(({ action }) => action).sort()).toEqual([
    'challenge.edit',
    'phase.edit',
    'phase.edit',
    'phase.edit',
  ]);
  expect(events).toContainEqual(
    expect.objectContaining({
      detail: { phase: 'test' },
      before: { Processors: '1 CPU' },
      after: { Processors: '3 CPUs' },
    }),
  );
});

test('after the first submission, rules that judge it are locked, each beside its field, and others aren’t', async () => {
  const { scene, organizer, stored } = await organized();
  await scene.evaluation();
  const { limits } = stored.definition.phases[0]!;
  const locked = withPhase(stored, { counting: 'LATEST', limits: { ...limits, pids: 8 }, decimals: 2 });
  const refused = await apply(scene.challengeSlug, { definition: locked }, organizer).catch((error) => error);
  expect(refused).toBeInstanceOf(DomainError);
  expect(refused.code).toBe('INVALID');
  expect(Object.keys(refused.fields)).toEqual(['phases[0].counting', 'phases[0].limits.pids']);
  expect(refused.message).toMatch(/after the first submission.*Nothing was saved/);
  const open = withPhase(stored, { submissionsTotal: 1, showsCaseScores: true });
  const { changes, applied } = await apply(scene.challengeSlug, { definition: open }, organizer);
  expect(applied).toBe(true);
  expect(changes[0]!.consequence).toBe('1 team has used 1 or more, and can’t submit any more.');
});

test('an edit of a definition that somebody else has changed is refused', async () => {
  const { scene, organizer, stored } = await organized();
  const first = withPhase(stored, { submissionsPerDay: 8 });
  await apply(scene.challengeSlug, { definition: first, version: stored.version }, organizer);
  const second = withPhase(stored, { submissionsTotal: 77 });
  await expect(
    apply(scene.challengeSlug, { definition: second, version: stored.version }, organizer),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('of two edits of one version at the same time, one is saved', async () => {
  const { scene, organizer, stored } = await organized();
  const edits = [4, 6].map((submissionsPerDay) =>
    apply(
      scene.challengeSlug,
      { definition: withPhase(stored, { submissionsPerDay }), version: stored.version },
      organizer,
    ),
  );
  const ends = await Promise.allSettled(edits);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a phase is added, moved, and removed while nobody has submitted to it', async () => {
  const { scene, organizer, stored } = await organized();
  const slug = scene.challengeSlug;
  const added = { ...stored.definition.phases[0]!, slug: 'final', title: 'Final' };
  const both = { ...stored.definition, phases: [added, ...stored.definition.phases] };
  const { changes } = await apply(slug, { definition: both }, organizer);
  expect(changes).toMatchObject([
    { label: 'New phase', after: 'Final' },
    { label: 'Place among the phases', before: '1', after: '2' },
  ]);
  const phase = await here.database.owner.phase.findFirstOrThrow({
    where: { challengeId: scene.challengeId, slug: 'final' },
  });
  expect(phase.testSetId).toBeNull();
  await scene.evaluation();
  await apply(slug, { definition: stored.definition }, organizer);
  const left = await here.database.owner.phase.findMany({ where: { challengeId: scene.challengeId } });
  expect(left.map((row) => row.slug)).toEqual(['test']);
  const without = { ...stored.definition, phases: [added] };
  await expect(apply(slug, { definition: without }, organizer)).rejects.toThrow(/has submissions/);
});

test('the site’s database role can’t delete a phase with submissions', async () => {
  const { scene } = await organized();
  await scene.evaluation();
  await expect(here.site.db.phase.delete({ where: { id: scene.phaseId } })).rejects.toThrow(
    /a phase with submissions/,
  );
});

test('a new task takes the test set out of the phase, and says so before', async () => {
  const { scene, organizer, stored } = await organized();
  const task = { ...stored.definition.phases[0]!.task };
  const inputs = task.inputs.filter(({ required }) => required);
  const definition = withPhase(stored, { task: { ...task, inputs } });
  const { changes } = await apply(scene.challengeSlug, { definition }, organizer);
  expect(changes).toMatchObject([
    { path: 'phases[0].task', consequence: expect.stringMatching(/import it again/) },
  ]);
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  expect(phase.testSetId).toBeNull();
});

test('a metric whose worst value the test set doesn’t declare is refused at its place', async () => {
  const { scene, organizer, stored } = await organized();
  const definition = withPhase(stored, {
    metrics: [
      { metric: 'dice', weight: 1 },
      { metric: 'hd95', weight: 1 },
    ],
  });
  await expect(apply(scene.challengeSlug, { definition }, organizer)).rejects.toMatchObject({
    code: 'INVALID',
    fields: { 'phases[0].metrics[1].metric': expect.stringMatching(/no worst value for hd95/) },
  });
});

test('conflicting settings, an unknown field and a changed slug are refused with their places', async () => {
  const { scene, organizer, stored } = await organized();
  const cases: [object, string][] = [
    [withPhase(stored, { requiresGvisor: true, contract: 'INVOKE' }), 'definition.phases[0].requiresGvisor'],
    [withPhase(stored, { colour: 'red' }), 'definition.phases[0].colour'],
    [withPhase(stored, { submissionsPerDay: 0 }), 'definition.phases[0].submissionsPerDay'],
    [{ ...stored.definition, slug: 'other' }, 'slug'],
  ];
  for (const [definition, field] of cases) {
    const refused = await apply(scene.challengeSlug, { definition }, organizer).catch((error) => error);
    expect(Object.keys(refused.fields)).toEqual([field]);
  }
});

test('a reviewer reads a definition and can’t change it', async () => {
  const { scene, stored } = await organized();
  const reviewer = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: reviewer.userId, role: 'REVIEWER' },
  });
  expect(await readDefinition(here.site, scene.challengeSlug, reviewer)).toEqual(stored);
  await expect(apply(scene.challengeSlug, { ...stored, dryRun: true }, reviewer)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('only organizers read and change a definition', async () => {
  const { scene, stored } = await organized();
  const stranger = await here.newViewer();
  for (const [viewer, code] of [
    [null, 'NOT_SIGNED_IN'],
    [stranger, 'FORBIDDEN'],
  ] as const) {
    await expect(readDefinition(here.site, scene.challengeSlug, viewer)).rejects.toMatchObject({ code });
    await expect(apply(scene.challengeSlug, stored, viewer)).rejects.toMatchObject({ code });
  }
});

test('a submission that is made during an edit is judged by one set of rules', async () => {
  const { scene, organizer, stored } = await organized();
  const owner = await here.newViewer();
  const team = await scene.team(owner.userId);
  const imageId = await scene.image(team.id);
  const viewer = await here.refresh(owner);
  const request = {
    ...{ team: team.slug, challenge: scene.challengeSlug, phase: 'test' },
    ...{ imageId, modelId: null, algorithm: 'threshold 1' },
  };
  const ends = await Promise.allSettled([
    createSubmission(here.site, request, viewer),
    apply(scene.challengeSlug, { definition: withPhase(stored, { counting: 'LATEST' }) }, organizer),
  ]);
  expect(ends[0]!.status).toBe('fulfilled');
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  // Either the edit came first, or it was refused.
  expect(phase.counting).toBe(ends[1]!.status === 'fulfilled' ? 'LATEST' : 'BEST');
});
