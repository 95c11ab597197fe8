import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cardMetadata } from '#app/card-metadata.ts';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import { FiguresSection } from '#components/figures/figures-section.tsx';
import { currentPhase, formatPhaseState } from '#components/format/phase-labels.ts';
import { FreshnessStamp } from '#components/leaderboard/freshness-stamp.tsx';
import { Leaderboard } from '#components/leaderboard/leaderboard.tsx';
import { LeaderboardFilters } from '#components/leaderboard/leaderboard-filters.tsx';
import { LeaderboardNotes } from '#components/leaderboard/leaderboard-notes.tsx';
import { LeaderboardPager } from '#components/leaderboard/leaderboard-pager.tsx';
import { leaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import { withMetricSet } from '#components/leaderboard/metric-sets.tsx';
import { SealedResults, WithheldNote } from '#components/leaderboard/sealed-results.tsx';
import { StratumNote } from '#components/leaderboard/strata.tsx';
import { SortMenu } from '#components/leaderboard/table/sort-menu.tsx';
import { FinalNote } from '#components/rankings/final-note.tsx';
import { ShareSection } from '#components/rankings/share-section.tsx';
import { TombstoneTable } from '#components/rankings/tombstone-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { leaderboardQuerySchema } from '#lib/api/leaderboards/leaderboards.ts';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import type { RankingStanding } from '#lib/api/rankings/standing.ts';
import { leaderboardPageView } from '#lib/site/leaderboards/leaderboard-view.ts';
import { rankingStanding } from '#lib/site/leaderboards/permanent/standing.ts';
import { site } from '#lib/site/site.ts';
import { keepRankingAction } from './actions.ts';

/** A leaderboard of more teams has a search field. */
const SEARCHABLE = 20;

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  const asked = (await readSearch(searchParams))['phase'];
  const phase = challenge.phases.find(({ slug }) => slug === asked)?.slug ?? challenge.leaders?.phaseSlug;
  const title = `Leaderboard, ${challenge.title}`;
  const card = `/api/v1/challenges/${challenge.slug}/phases/${phase}/card.png`;
  return { title, ...(phase && cardMetadata(card, title)) };
}

export default async function LeaderboardPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = await readSearch(searchParams);
  const { challenge, viewer } = await readChallenge(slug);
  const phaseSlug = query['phase'] ?? challenge.leaders?.phaseSlug ?? currentPhase(challenge.phases)?.slug;
  if (phaseSlug === undefined) notFound();
  const base = `/challenges/${slug}/leaderboard`;
  const asked = {
    ...{ sort: query['sort'], method: query['method'], q: query['q'] },
    ...{ after: query['after'], pin: query['pin'], stratum: query['stratum'] },
    metrics: query['metrics'],
  };
  // A broken address shows the first page rather than an error.
  const first = leaderboardQuerySchema.parse({ limit: PAGE_LIMITS.limit });
  const parsed = leaderboardQuerySchema.catch(first).parse({ ...asked, limit: PAGE_LIMITS.limit });
  const leaderboard = await orPage(
    leaderboardPageView(site(), slug, phaseSlug, viewer, { ...parsed, pin: asked.pin }),
    `${base}?phase=${phaseSlug}`,
  );
  const state = leaderboardState(leaderboard, asked);
  const standing = await rankingStanding(site(), { challenge: slug, phase: phaseSlug }, viewer);
  return (
    <>
      <ChallengeHeader challenge={challenge} current="leaderboard">
        <PhaseStrip
          phases={challenge.phases}
          currentSlug={phaseSlug}
          asOf={leaderboard.asOf}
          hrefOf={(phase) => `${base}?phase=${phase.slug}`}
        />
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        <div className="head">
          <h1>Leaderboard</h1>
          <FreshnessStamp leaderboard={stampOf(leaderboard)} />
        </div>
        <FinalNote slug={slug} final={standing.final} />
        <StratumNote leaderboard={leaderboard} state={state} />
        {leaderboard.page.total > 0 ? (
          <>
            <WithheldNote leaderboard={leaderboard} />
            {leaderboard.page.total > SEARCHABLE || state.q ? (
              <ListSearch
                search={{ label: 'Team or algorithm', value: state.q }}
                kept={state.kept}
                clearHref={listAddress(base, state.kept)}
              />
            ) : null}
            <LeaderboardFilters leaderboard={leaderboard} state={state} />
            <SortMenu leaderboard={withMetricSet(leaderboard, state.metricSet)} state={state} />
            <div className="leaderboard-frame">
              <Leaderboard leaderboard={leaderboard} query={asked} />
            </div>
            <LeaderboardPager page={leaderboard.page} shown={leaderboard.entries.length} state={state} />
            <LeaderboardNotes leaderboard={leaderboard} evaluationHref={`/challenges/${slug}/evaluation`} />
            <Tombstones tombstones={standing.tombstones} />
            <ShareSection
              slug={slug}
              title={challenge.title}
              phase={phaseSlug}
              stratum={leaderboard.stratum}
              origin={site().environment.origin}
              keep={keepRankingAction}
            />
            {leaderboard.stratum === null ? (
              <FiguresSection challengeSlug={slug} phaseSlug={phaseSlug} pin={asked.pin} />
            ) : null}
          </>
        ) : leaderboard.stratum !== null ? null : leaderboard.isSealed ? (
          <SealedResults leaderboard={leaderboard} />
        ) : (
          <>
            <EmptyLeaderboard leaderboard={leaderboard} asOf={leaderboard.asOf} />
            {leaderboard.baselines.length > 0 ? (
              <div className="leaderboard-frame">
                <Leaderboard leaderboard={leaderboard} query={asked} />
              </div>
            ) : null}
            <Tombstones tombstones={standing.tombstones} />
          </>
        )}
      </main>
    </>
  );
}

function Tombstones({ tombstones }: Pick<RankingStanding, 'tombstones'>) {
  return (
    <TombstoneTable
      tombstones={tombstones}
      caption={
        <>
          <b>Withdrawn and excluded.</b> The scores of these submissions don’t count.
        </>
      }
    />
  );
}

/** The stamp gets what it shows, and not all entries once more. */
function stampOf({ challengeSlug, phase, stratum, revision, updatedAt, asOf }: LeaderboardView) {
  return { challengeSlug, phase, stratum, revision, updatedAt, asOf };
}

function EmptyLeaderboard({ leaderboard, asOf }: { leaderboard: LeaderboardView; asOf: string }) {
  const { phase } = leaderboard;
  return (
    <div className="empty">
      <p>
        <b>No submission in {phase.title} has a score yet.</b>
      </p>
      <p className="soft">
        {phase.status === 'open'
          ? `The phase is ${formatPhaseState(phase, asOf)}. Submit a container: it runs on each ${phase.kind === 'HIDDEN' ? 'hidden ' : ''}case without network access, and appears here once all cases are scored.`
          : `The phase ${formatPhaseState(phase, asOf)}.`}
      </p>
      {phase.status === 'closed' ? null : (
        <p className="actions">
          <Link className="btn primary" href={`/challenges/${leaderboard.challengeSlug}/submit`}>
            {phase.status === 'open' ? 'Submit a container' : 'Prepare a submission'}
          </Link>
        </p>
      )}
    </div>
  );
}
