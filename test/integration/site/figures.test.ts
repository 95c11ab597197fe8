import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FiguresView, figuresViewSchema } from '#lib/api/leaderboards/figures.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { comparisonView } from '#lib/site/figures/comparison-view.ts';
import { figuresView } from '#lib/site/figures/figures-view.ts';
import type { Scene } from '#test/support/site/scene.ts';
import { newScoredTeams } from '#test/support/site/scores/scored-teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
type Scored = Scene & { teams: string[] };
let open: Scored;
let hidden: Scored;
let few: Scored;
let organizer: Viewer;

beforeAll(async () => {
  here = await openTestSite();
  const { database } = here;
  open = await newScoredTeams(database, { kind: 'OPEN' });
  hidden = await newScoredTeams(database, { kind: 'HIDDEN' });
  few = await newScoredTeams(database, { kind: 'HIDDEN', caseCount: 9 });
  for (const { phaseId } of [open, hidden, few]) await here.site.rankings.refresh(phaseId);
  const userId = await hidden.user({ isAdmin: true });
  organizer = {
    ...{ userId, name: 'Olga', isAdmin: true, teams: [] },
  } as unknown as Viewer;
});
afterAll(() => here.close());

async function read({ challengeSlug }: Scene, viewer: Viewer | null, pin?: string): Promise<FiguresView> {
  return figuresViewSchema.parse(await figuresView(here.site, challengeSlug, 'test', viewer, { pin }));
}

function compare({ challengeSlug, teams: [a, b] }: Scored, viewer: Viewer | null, metric?: string) {
  return comparisonView(here.site, challengeSlug, 'test', viewer, { a, b, metric });
}

/** Every number of a value, wherever it stands in it. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

const decimalsOf = (value: number) => String(value).split('.')[1]?.length ?? 0;

describe('figures of an open phase', () => {
  it('show every case with a value, quartiles with failed cases at the worst value, and volumes', async () => {
    const view = await read(open, null);
    expect(view.teams).toHaveLength(8);
    const { boxes, points } = view.distribution!;
    const failed = boxes.findIndex((box) => box!.failed === 1);
    expect(points[failed]).toHaveLength(23);
    const sorted = [0, ...points[failed]!].toSorted((x, y) => x - y);
    // n = 24: the median is between the 12th and the 13th value.
    expect(boxes[failed]).toMatchObject({ n: 24, failed: 1 });
    expect(boxes[failed]!.median).toBeCloseTo((sorted[11]! + sorted[12]!) / 2, 2);
    expect(boxes[failed]!.low).not.toBeNull();
    expect(view.agreement!.map((one) => one!.n + one!.failed)).toEqual(Array.from({ length: 8 }, () => 24));
    expect(JSON.stringify(view).length).toBeLessThan(60_000);
  });

  it('have the ranks of 1,000 draws, and a test of each pair', async () => {
    const { ranks, pairs } = await read(open, null);
    expect(ranks!.replicates).toBe(1000);
    for (const [, ...counts] of ranks!.counts) {
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    }
    expect(pairs!.better.map((row) => row.length)).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(pairs!.better[0]!.at(-1)).toBe(1);
  });

  it('compare two teams case by case', async () => {
    const { pair } = await compare(open, null);
    const { cases } = pair!;
    expect(cases!.points).toHaveLength(24);
    const { wins, ties, losses } = cases!.metrics[0]!.outcomes!;
    const { points } = cases!;
    expect(wins).toBe(points.filter(({ a, b }) => a > b).length);
    expect(losses).toBe(points.filter(({ a, b }) => a < b).length);
    expect(wins + ties + losses).toBe(24);
    const mean = points.reduce((sum, { a, b }) => sum + a - b, 0) / 24;
    expect(cases!.metrics[0]!.difference).toBeCloseTo(mean, 2);
    expect(cases!.volumes!.map((own) => own.length)).toEqual([24, 24]);
    expect(pair!.agreement![0]!.icc!.value).toBeGreaterThan(0.9);
    const other = await compare(open, null, 'volume_difference');
    expect(other.pair!.cases!.metric.metric).toBe('volume_difference');
  });
});

describe('figures of a hidden phase', () => {
  it('show visitors no value of a single case: no dots, no whiskers, no volumes', async () => {
    const view = await read(hidden, null);
    const { boxes, points } = view.distribution!;
    expect(points.flat()).toEqual([]);
    expect(boxes.every((box) => box!.low === null && box!.high === null)).toBe(true);
    expect(boxes.every((box) => decimalsOf(box!.median) <= 3)).toBe(true);
    expect(numbersIn(view.agreement).every((value) => decimalsOf(value) <= 3)).toBe(true);
    const { pair } = await compare(hidden, null);
    expect(pair!.cases).toBeNull();
    expect(pair!.agreement![0]!.n).toBe(24);
    expect(pair!.test).not.toBeNull();
  });

  it('show members of a team that sees its own cases no more than visitors', async () => {
    const { owner } = here.database;
    await owner.phase.update({ where: { id: hidden.phaseId }, data: { showsCaseScores: true } });
    here.site.shared.forget();
    const team = await owner.team.findUniqueOrThrow({
      where: { slug: hidden.teams[0]! },
      include: { members: true },
    });
    const member = {
      ...{ userId: team.members[0]!.userId, name: 'Ada', isAdmin: false },
      teams: [{ id: team.id, slug: team.slug, name: team.name, role: 'OWNER', mergedIds: [] }],
    } as unknown as Viewer;
    expect((await compare(hidden, member)).pair!.cases).toBeNull();
    expect((await read(hidden, member)).distribution!.points.flat()).toEqual([]);
    await owner.phase.update({ where: { id: hidden.phaseId }, data: { showsCaseScores: false } });
    here.site.shared.forget();
  });

  it('show organizers the cases, and visitors who come after them none', async () => {
    expect((await read(hidden, organizer)).distribution!.points[0]).toHaveLength(24);
    expect((await compare(hidden, organizer)).pair!.cases!.points).toHaveLength(24);
    expect((await read(hidden, null)).distribution!.points.flat()).toEqual([]);
  });

  it('show neither quartiles nor agreement of fewer than 10 cases', async () => {
    const view = await read(few, null);
    expect(view.distribution!.boxes.every((box) => box === null)).toBe(true);
    expect(view.agreement!.every((one) => one === null)).toBe(true);
    expect((await compare(few, null)).pair!.agreement).toEqual([null, null]);
  });
});

it('a comparison without two teams of the leaderboard has none', async () => {
  const one = await comparisonView(here.site, open.challengeSlug, 'test', null, {
    a: open.teams[0],
    b: open.teams[0],
  });
  expect(one.pair).toBeNull();
  const unknown = await comparisonView(here.site, open.challengeSlug, 'test', null, { a: 'nobody', b: '' });
  expect(unknown).toMatchObject({ pair: null, chosen: [null, null] });
  expect(unknown.teams).toHaveLength(8);
});
