import { afterAll, beforeAll, expect, test } from 'vitest';
import { teamSkeleton } from '#lib/domain/teams/skeleton.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';
import { migrate } from '#prisma/migrate.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

test('a team can’t take a name that looks like another team’s', async () => {
  const viewer = await here.newViewer();
  await createTeam(here.site, { name: 'Midline Lab' }, viewer);
  for (const name of ['MidIine Lab', 'Mid1ine-Lab', 'midline lab', 'Mıdline Láb', 'rnidIine lab']) {
    await expect(createTeam(here.site, { name }, viewer), name).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'A team with this name or one that looks like it already exists. Choose another name.',
    });
  }
  for (const name of ['\u041Cidline Lab', 'Midline\u3164Lab', '\u2800\u2800', 'Midline\u202ELab']) {
    await expect(createTeam(here.site, { name }, viewer), name).rejects.toMatchObject({ code: 'INVALID' });
  }
});

test('of parallel requests for names that look alike, one succeeds', async () => {
  const viewers = await Promise.all(Array.from({ length: 4 }, () => here.newViewer()));
  const names = ['Lesion Hill', 'Lesi0n HiIl', 'Lesion Hi1l', 'Lesion HiII'];
  const results = await Promise.allSettled(
    names.map((name, index) => createTeam(here.site, { name }, viewers[index] ?? null)),
  );
  const codes = results
    .map((result) => (result.status === 'rejected' ? result.reason.code : 'created'))
    .sort();
  expect(codes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'created']);
});

test('a migration gives the teams of an older version their skeletons, and two that look alike different ones', async () => {
  const name = unique('Old team');
  const twin = name.replace('l', 'I');
  const { owner } = here.database;
  for (const [slug, old] of [
    ['first', name],
    ['second', twin],
  ] as const) {
    await owner.team.create({ data: { slug: unique(slug), name: old } });
  }
  await migrate(here.database.ownerUrl);
  const teams = await owner.team.findMany({ where: { name: { in: [name, twin] } }, orderBy: { id: 'asc' } });
  expect(teams.map(({ skeleton }) => skeleton)).toEqual([
    teamSkeleton(name),
    `${teamSkeleton(name)} ${teams[1]?.id}`,
  ]);
  await migrate(here.database.ownerUrl);
  expect(await owner.team.count({ where: { skeleton: null } })).toBe(0);
  const viewer = await here.newViewer();
  await expect(createTeam(here.site, { name: name.replace('O', '0') }, viewer)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
});
