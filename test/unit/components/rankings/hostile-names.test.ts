// Switches off decoders in the whole process, as on the site.
import '#lib/platform/pictures/redraw-logo.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { renderCard } from '#app/api/render-card.tsx';
import { badgeOf, drawBadge } from '#components/rankings/badge.ts';
import { cardOfLeaderboard } from '#components/rankings/card-content.ts';
import { bibtexOf, risOf } from '#components/rankings/citation.ts';
import { embedPage } from '#components/rankings/embed-page.ts';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { toEmbedded } from '#lib/api/rankings/embed.ts';
import type { PermanentRankingView } from '#lib/api/rankings/permanent.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { leaderboardMetrics } from '#lib/site/challenges/phase-view.ts';
import { SMALL_PICTURE } from '#test/support/imaging/small-picture.ts';

/** Names are free text of teams and organizers, and these files are shown by other sites and programs. */
const HOSTILE = `</text><script>alert(1)</script>"'&{}\\%\u0001`;

const metrics = leaderboardMetrics({
  task: STROKE_T1,
  metrics: [{ metric: 'dice', weight: 1 }],
} as unknown as Parameters<typeof leaderboardMetrics>[0]);

function entry(teamName: string, rank: number): LeaderboardEntry {
  return {
    teamSlug: `team-${rank}`,
    teamName,
    submissionId: '0192c1d2-0000-7000-8000-000000000000',
    algorithm: HOSTILE,
    submittedAt: '2026-11-30T00:00:00.000Z',
    rank,
    rankRange: [rank, rank + 1],
    tier: 1,
    falseOrder: null,
    firstInHalves: null,
    methodRanks: [],
    history: [],
    meanRank: rank,
    failed: 0,
    submissionCount: 1,
    scores: [{ value: 0.7 - rank / 100, interval: [0.6 - rank / 100, 0.8], rank }],
  };
}

function view(names: readonly string[], challengeTitle = HOSTILE): LeaderboardView {
  return {
    challengeSlug: 'stroke-t1',
    challengeTitle,
    synthetic: true,
    phase: { slug: 'test', title: HOSTILE, status: 'open' },
    metrics,
    decimals: 3,
    caseCount: 12,
    entries: names.map((name, index) => entry(name, index + 1)),
    page: { total: names.length },
    updatedAt: '2026-11-30T10:00:00.000Z',
  } as unknown as LeaderboardView;
}

/** Every tag of a markup, without what its attributes hold. */
const tagsOf = (markup: string) => [...markup.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag);

afterEach(() => vi.restoreAllMocks());

test('a badge says the rank of a team or names the leader, and is inert whatever their names are', () => {
  const leaderboard = view(['Voxel & Co', 'b'], 'Stroke');
  expect(badgeOf(leaderboard, 'team-2')).toEqual({ label: 'Stroke', text: 'rank 2–3 of 2' });
  expect(badgeOf(leaderboard, undefined)).toEqual({ label: 'Stroke', text: 'leader: Voxel & Co' });
  expect(badgeOf(leaderboard, 'stranger')).toEqual({ label: 'Stroke', text: 'not ranked' });
  expect(badgeOf(view([], 'Stroke'), undefined)).toEqual({ label: 'Stroke', text: 'no entries yet' });
  const svg = drawBadge(badgeOf(view([HOSTILE]), undefined));
  expect(new Set(tagsOf(svg))).toEqual(new Set(['svg', 'title', 'rect', 'path', 'g', 'text']));
  expect(svg).not.toContain('\u0001');
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;');
  expect(drawBadge({ label: 'x'.repeat(200), text: '👩‍👩‍👧‍👦'.repeat(60) }).length).toBeLessThan(4000);
});

test('an embedded leaderboard has no script, form or attribute of a name', () => {
  const html = embedPage(toEmbedded(view([HOSTILE, 'b']), 'https://heldout.example.org'));
  expect(tagsOf(html)).not.toContain('script');
  expect(tagsOf(html)).not.toContain('form');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{}');
  expect(html).toContain('href="https://heldout.example.org/challenges/stroke-t1/leaderboard?phase=test"');
});

test('a citation keeps its form, whatever titles and names hold', () => {
  const cited = {
    ...{ id: '0123456789abcdef0123', checksum: 'ab'.repeat(32), createdAt: '2026-11-30T10:00:00.000Z' },
    ranking: {
      challenge: {
        slug: 'stroke-t1',
        title: `${HOSTILE}\nTY  - BOOK`,
        synthetic: true,
        organizers: ['A, B', 'C\r\nER  - '],
      },
      phase: { slug: 'test', title: 'Test' },
      entries: [{}],
      updatedAt: null,
    },
  } as unknown as PermanentRankingView;
  const bibtex = bibtexOf(cited, 'https://heldout.example.org/x');
  let depth = 0;
  for (const [brace] of bibtex.replaceAll(/\\./g, '').matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
  expect(bibtex).toMatch(/^@misc\{stroke_t1_01234567,\n/);
  const tags = risOf(cited, 'https://heldout.example.org/x')
    .split('\r\n')
    .map((line) => line.slice(0, 6));
  expect(tags).toEqual([
    'TY  - ',
    'TI  - ',
    'AU  - ',
    'AU  - ',
    'PY  - ',
    'DA  - ',
    'PB  - ',
    'UR  - ',
    'N1  - ',
    'ER  - ',
    '',
  ]);
});

test('the picture of a leaderboard is drawn here, without a request to another server', async () => {
  const load = globalThis.fetch;
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation((address, init) => {
    // The library loads its own code from a data URL.
    if (String(address).startsWith('data:')) return load(address, init);
    asked.push(String(address));
    return Promise.reject(new Error('No network.'));
  });
  const names = ['Läsion Ångström', '脳卒中チーム', 'Team 👩‍🔬', 'فريق', HOSTILE, 'sixth'];
  const card = cardOfLeaderboard(view(names, '脳卒中'));
  expect(card.rows.map(({ team }) => team)).toEqual([
    'Läsion Ångström',
    'team-2',
    'team-3',
    'team-4',
    'team-5',
  ]);
  expect(card.title).toBe('stroke-t1');
  const png = Buffer.from(await renderCard(card, { content: SMALL_PICTURE, width: 1, height: 1 }));
  expect(asked).toEqual([]);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
  const empty = Buffer.from(await renderCard(cardOfLeaderboard(view([], '脳卒中')), null));
  // Its rows are drawn.
  expect(png.length).toBeGreaterThan(1.2 * empty.length);
});
