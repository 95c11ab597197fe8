import { afterAll, beforeAll, expect, test } from 'vitest';
import { challengeTeamsQuerySchema } from '#lib/api/pages/challenge-teams.ts';
import { freezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import { challengeTeamsView } from '#lib/site/registrations/challenge-teams.ts';
import { submissionView } from '#lib/site/submissions/submission-view.ts';
import { placeTombstone } from '#lib/site/submissions/tombstones.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

const teamsOf = (query: Record<string, string>) =>
  challengeTeamsView(here.site, scene.challengeSlug, challengeTeamsQuerySchema.parse(query), null);

test('a team’s page shows its entry, what was withdrawn and excluded, and its past', async () => {
  const { owner } = here.database;
  const first = await scoredSubmission(here.database, scene, [0.9, 0.8]);
  const other = await scoredSubmission(here.database, scene, [0.5, 0.4]);
  await owner.user.update({ where: { id: first.userId }, data: { affiliation: 'Institute of Scans' } });
  await here.site.rankings.refresh(scene.phaseId);
  const shown = await teamView(here.site, first.team.slug, null);
  expect(shown).toMatchObject({ members: [], results: [{ submissionId: first.id, rank: 1, final: null }] });
  expect(shown.timeline.map(({ kind }) => kind)).toEqual(['submitted', 'registered', 'created']);
  expect(JSON.stringify(shown)).not.toContain('Institute');

  const isShown = { where: { teamId_userId: { teamId: first.teamId, userId: first.userId } } };
  await owner.membership.update({ ...isShown, data: { isShown: true } });
  const decision = { kind: 'EXCLUDED', reason: 'Manual masks', decidedById: other.userId } as const;
  await here.site.db.$transaction((tx) => placeTombstone(tx, other, decision));
  await here.site.rankings.refresh(scene.phaseId);
  here.site.shared.forget();
  const gone = await teamView(here.site, other.team.slug, null);
  expect(gone.results).toEqual([]);
  expect(gone.tombstones).toEqual([
    expect.objectContaining({ submissionId: other.id, kind: 'EXCLUDED', reason: 'Manual masks' }),
  ]);
  expect(gone.timeline).toContainEqual(
    expect.objectContaining({
      kind: 'excluded',
      reason: 'Manual masks',
      phase: { slug: 'test', title: 'Hidden test' },
    }),
  );
  const { tombstone } = await submissionView(here.site, other.id, null);
  expect(tombstone).toMatchObject({ kind: 'EXCLUDED', reason: 'Manual masks' });

  const closed = { closesAt: new Date(Date.now() - 60_000) };
  await owner.phase.update({ where: { id: scene.phaseId }, data: closed });
  const administrator = await here.newViewer({ isAdmin: true });
  const place = { challenge: scene.challengeSlug, phase: 'test' };
  const { id } = await freezeRanking(here.site, place, administrator);
  here.site.shared.forget();
  const final = await teamView(here.site, first.team.slug, null);
  expect(final.members).toMatchObject([{ name: 'Ada', role: 'OWNER', affiliation: 'Institute of Scans' }]);
  expect(final.results[0]!.final?.id).toBe(id);
  expect(final.timeline[0]).toMatchObject({ kind: 'final', rankRange: [1, 1], entries: 1 });
});

test('the teams of a challenge come in pages, with search, and without those that aren’t admitted', async () => {
  const { owner } = here.database;
  const names = ['Axon', 'Dendrite', 'Axolotl'];
  for (const name of names) {
    const { id } = await scene.team(await scene.user());
    await owner.team.update({ where: { id }, data: { name } });
  }
  const { id: pending } = await scene.team(await scene.user());
  await owner.registration.updateMany({ where: { teamId: pending }, data: { state: 'PENDING' } });
  const all = await teamsOf({});
  expect(all.total).toBe(all.teams.length);
  expect(all.teams.slice(0, 3).map(({ name }) => name)).toEqual(names.toReversed());
  expect(all.ranked).toMatchObject({ slug: 'test', entries: 1 });
  expect(all.teams.filter(({ rankRange }) => rankRange !== null)).toHaveLength(1);
  expect(all.teams.flatMap(({ affiliations }) => affiliations)).toEqual(['Institute of Scans']);

  const found = await teamsOf({ q: 'AXO' });
  expect(found).toMatchObject({ matching: 2, total: all.total, next: null });
  const first = await teamsOf({ limit: '2' });
  const second = await teamsOf({ limit: '2', after: first.next! });
  expect([...first.teams, ...second.teams]).toEqual(all.teams.slice(0, 4));
  expect(second.previous).toBe('');
  // A typed address that makes no sense shows the first page.
  expect((await teamsOf({ after: 'x', limit: '-1' })).teams).toEqual(all.teams);
});
