import type { Agreement, FigureBox, FiguresView } from '#lib/api/leaderboards/figures.ts';
import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import { parsePins } from '#lib/api/pages/leaderboard-pins.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { caseDecimals, roundTo } from '#lib/domain/metrics/rounding.ts';
import type { CaseColumn } from '#lib/domain/ranking/table.ts';
import { boxOf } from '#lib/domain/statistics/distribution.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findPhase, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { type PhaseLeaderboard, readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { RankingFigures } from '#lib/site/leaderboards/ranking-figures.ts';
import type { Site } from '#lib/site/site.ts';
import { agreementOf } from './agreement.ts';
import { testOf } from './pair-tests.ts';
import { readScoreTable, readVolumes } from './recorded-scores.ts';
import { type ShownCases, shownCases } from './shown-cases.ts';

/** Figures show so many of the first teams, and the pinned ones. */
export const MAX_FIGURE_TEAMS = 30;

/** What the figures of a leaderboard show. Public. */
export async function figuresView(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  { pin }: { pin?: string | undefined },
): Promise<FiguresView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('leaderboard.read', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const shown = shownCases(phase, challenge, viewer);
  const leaderboard = await readLeaderboard(site, phase, shown.audience);
  const entries = chooseEntries(leaderboard.entries, pin);
  const [computed, figures] = await Promise.all([
    readComputed(site, phase, entries, shown),
    site.rankings.readFigures(phase.id),
  ]);
  return {
    phase: leaderboard.phase,
    challengeSlug: slug,
    synthetic: challenge.synthetic,
    decimals: leaderboard.decimals,
    caseCount: leaderboard.caseCount,
    summary: leaderboard.summary,
    metric: leaderboard.metrics[0]!,
    total: leaderboard.entries.length,
    baselines: leaderboard.baselines.flatMap(({ name, scores: [primary] }) =>
      typeof primary?.value === 'number' ? [{ name, value: primary.value }] : [],
    ),
    teams: entries.map(({ teamSlug, teamName, submissionId, rank, rankRange, tier }) => {
      return { teamSlug, teamName, submissionId, rank, rankRange, tier };
    }),
    ...computed,
    ...rankFigures(figures, entries),
    history: entries.map(({ history }) => history),
    asOf: site.now().toISOString(),
  };
}

/** In the order of the leaderboard. */
function chooseEntries(entries: readonly LeaderboardEntry[], pin: string | undefined): LeaderboardEntry[] {
  const pins = parsePins(
    pin,
    entries.map(({ teamSlug }) => teamSlug),
  );
  return entries.filter(({ teamSlug }, place) => place < MAX_FIGURE_TEAMS || pins.includes(teamSlug));
}

type Computed = Pick<FiguresView, 'distribution' | 'agreement'>;

/** Computed once for all readers who see the same. */
function readComputed(
  site: Site,
  phase: PhaseWithTestSet,
  entries: PhaseLeaderboard['entries'],
  shown: ShownCases,
): Promise<Computed> {
  const ids = entries.map(({ submissionId }) => submissionId);
  const key = JSON.stringify(['figures', phase.id, shown.single, shown.heldBack.includes(true), ids]);
  return site.shared.read(key, async () => {
    const [distribution, agreement] = await Promise.all([
      readDistribution(site, phase, ids, shown),
      readAgreement(site, phase, ids, shown),
    ]);
    return { distribution, agreement };
  });
}

async function readDistribution(
  { db }: Site,
  phase: PhaseWithTestSet,
  ids: readonly string[],
  shown: ShownCases,
): Promise<FiguresView['distribution']> {
  if (ids.length === 0) return null;
  const table = await readScoreTable(db, phase, {
    ...{ ids, heldBack: shown.heldBack },
    metrics: phase.metrics.slice(0, 1),
  });
  const column = table?.columns[0];
  if (!table || column?.over !== 'case') return null;
  const places = caseDecimals(phase.decimals);
  const rows = ids.map((_, row) => valuesOf(column, row, table.submissionCount));
  return {
    boxes: rows.map((values) => describe(values, phase.decimals, shown)),
    points: rows.map(({ known }) => (shown.single ? known.map((value) => roundTo(value, places)) : [])),
  };
}

interface Values {
  /** Of the cases that count, failed ones at the worst value. */
  all: number[];
  /** Without the failed ones. */
  known: number[];
}

function valuesOf({ values, missing, counts }: CaseColumn, row: number, teams: number): Values {
  const cells = [...counts.keys()].filter((c) => counts[c] === 1).map((c) => c * teams + row);
  return {
    all: cells.map((cell) => values[cell]!),
    known: cells.filter((cell) => missing[cell] === 0).map((cell) => values[cell]!),
  };
}

function describe(
  { all, known }: Values,
  decimals: number,
  { single, minCases }: ShownCases,
): FigureBox | null {
  const box = all.length >= minCases ? boxOf(all) : null;
  if (!box) return null;
  const round = (value: number) => roundTo(value, decimals);
  // The whiskers end at values of single cases.
  const whisker = (value: number) => (single ? roundTo(value, caseDecimals(decimals)) : null);
  return {
    n: box.n,
    failed: all.length - known.length,
    ...{ q1: round(box.q1), median: round(box.median), q3: round(box.q3) },
    ...{ low: whisker(box.low), high: whisker(box.high) },
  };
}

async function readAgreement(
  { db }: Site,
  phase: PhaseWithTestSet,
  ids: readonly string[],
  shown: ShownCases,
): Promise<(Agreement | null)[] | null> {
  if (!phase.recordsVolumes) return null;
  const volumes = await readVolumes(db, ids, shown.heldBack);
  return volumes.map((own) => agreementOf(own, phase, shown));
}

/** What the stored figures say of these entries. */
function rankFigures(
  { submissions, replicates, rankCounts, pairs }: RankingFigures,
  entries: readonly LeaderboardEntry[],
): Pick<FiguresView, 'ranks' | 'pairs'> {
  const placeOf = new Map(submissions.map((id, place) => [id, place]));
  const places = entries.map(({ submissionId }) => placeOf.get(submissionId));
  // A ranking that was stored meanwhile has other submissions; its figures are complete a moment later.
  if (places.some((place) => place === undefined)) return { ranks: null, pairs: null };
  const known = places as number[];
  const tests = entries.map(({ submissionId: a }, row) =>
    entries.slice(row + 1).map(({ submissionId: b }) => testOf({ submissions, pairs }, a, b)),
  );
  return {
    ranks: replicates === 0 ? null : { replicates, counts: known.map((place) => rankCounts[place]!) },
    pairs:
      pairs.submissionCount < 2
        ? null
        : {
            adjusted: tests.map((row) => row.map((test) => test?.p ?? null)),
            better: tests.map((row) => row.map((test) => test?.better ?? 0)),
          },
  };
}
