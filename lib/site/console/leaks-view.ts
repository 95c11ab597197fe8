import type { LeakEntry, LeaksQuery, LeaksView } from '#lib/api/pages/organizer/leaks.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { isSealed, leavesOutHeldBack } from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { type LedgerPhase, leakOf } from '#lib/domain/disclosure/ledger.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { readRankedStrata } from '#lib/site/leaderboards/strata/ranked-strata.ts';
import type { Site } from '#lib/site/site.ts';
import { filteredPhases, findOrganized, listHead } from './organized-challenge.ts';

/** What each team has been told about the hidden cases, the most first. For organizers. */
export async function leaksView(
  site: Site,
  slug: string,
  { phase: phaseSlug, after }: LeaksQuery,
  viewer: Viewer | null,
): Promise<LeaksView> {
  const challenge = await findOrganized(site, slug, viewer);
  const hidden = challenge.phases.filter(({ kind }) => kind === 'HIDDEN');
  const chosen = filteredPhases({ ...challenge, phases: hidden }, phaseSlug);
  const isOnePhase = hidden.some((phase) => phase.slug === phaseSlug);
  return {
    ...listHead(site, challenge),
    phases: hidden.map(({ slug: own, title }) => ({ slug: own, title })),
    leaks: await Promise.all(
      chosen.map(async (phase) => ({
        phaseSlug: phase.slug,
        phaseTitle: phase.title,
        disclosure: phase.disclosure,
        isSealed: isSealed(phase),
        ...pageOf(await readLeaks(site, phase), isOnePhase ? { limit: PAGE, after } : { limit: FIRST }),
      })),
    ),
    isOnePhase,
  };
}

/** Teams on a page, and of each phase where all phases are shown. */
const PAGE = 100;
const FIRST = 25;

function pageOf(
  entries: readonly LeakEntry[],
  { limit, after }: { limit: number; after?: string | undefined },
) {
  const start = after ? entries.findIndex(({ team }) => team.slug === after) + 1 : 0;
  const before = start - limit;
  return {
    entries: entries.slice(start, start + limit),
    previous: start === 0 ? null : before > 0 ? entries[before - 1]!.team.slug : '',
    next: start + limit < entries.length ? entries[start + limit - 1]!.team.slug : null,
  };
}

async function readLeaks({ db }: Pick<Site, 'db'>, phase: PhaseWithTestSet): Promise<LeakEntry[]> {
  const ledgerPhase = await toLedgerPhase({ db }, phase);
  const rows = await db.$queryRaw<{ slug: string; name: string; scored: number; shown: number }[]>`
    SELECT team.slug, team.name, count(*)::int AS scored, count(*) FILTER (WHERE ladder."isShown")::int AS shown
    FROM "Submission" submission
    JOIN "Team" team ON team.id = submission."teamId"
    LEFT JOIN "LadderDecision" ladder ON ladder."submissionId" = submission.id
    WHERE submission."phaseId" = ${phase.id}::uuid AND submission.standing IN ('RANKED', 'LATE')
      AND EXISTS (SELECT FROM "Evaluation" e WHERE e."submissionId" = submission.id AND e.state = 'SCORED')
    GROUP BY team.id ORDER BY scored DESC, team.slug`;
  return rows
    .map(({ slug, name, ...counts }) => ({ team: { slug, name }, ...leakOf(ledgerPhase, counts) }))
    .toSorted((a, b) => b.bits - a.bits);
}

async function toLedgerPhase({ db }: Pick<Site, 'db'>, phase: PhaseWithTestSet): Promise<LedgerPhase> {
  const { id, task, metrics, testSet } = phase;
  const row = await db.testSet.findFirst({ where: { phases: { some: { id } } } });
  const worst = worstOf(task, row ? testSetFromRow(row).worst : {});
  const caseCount = testSet?.caseCount ?? 0;
  const heldBack = leavesOutHeldBack(phase)
    ? drawHeldBack({ ...phase, caseCount }).filter(Boolean).length
    : 0;
  return {
    ...phase,
    caseCount: caseCount - heldBack,
    strata: (await readRankedStrata({ db }, id)).flatMap((stratum) =>
      stratum.withheld ? [] : [stratum.caseCount],
    ),
    metrics: metrics.map(({ metric }) => {
      const { over, range } = requireMetric(task, metric);
      return { over, range, worst: worst[metric] ?? null };
    }),
  };
}
