import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { cardMetadata } from '#app/card-metadata.ts';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { utcDateTime } from '#components/format/time.ts';
import { StrataLinks } from '#components/leaderboard/strata.tsx';
import { bibtexOf } from '#components/rankings/citation.ts';
import { CodeToCopy } from '#components/rankings/code-to-copy.tsx';
import { Inputs } from '#components/rankings/inputs.tsx';
import { PermanentTable } from '#components/rankings/permanent-table.tsx';
import { TombstoneTable } from '#components/rankings/tombstone-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { Pager } from '#components/ui/pager.tsx';
import { type PermanentRankingView, permanentQuerySchema } from '#lib/api/rankings/permanent.ts';
import { rankingOfStratum } from '#lib/api/rankings/strata.ts';
import { counted } from '#lib/domain/units.ts';
import { rankingAddress } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';
import { site } from '#lib/site/site.ts';

/** Entries on one page. */
const PAGE = 100;

interface Props {
  params: Promise<{ slug: string; snapshot: string }>;
  searchParams: SearchParams;
}

const readRanking = cache(async (slug: string, id: string) => {
  const view = await orPage(
    permanentRankingView(site(), id, await currentViewer()),
    `/challenges/${slug}/leaderboard/${id}`,
  );
  if (view.ranking.challenge.slug !== slug) notFound();
  return view;
});

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { slug, snapshot } = await params;
  const { id, ranking } = await readRanking(slug, snapshot);
  const title = `Ranking of ${ranking.phase.title}, ${ranking.challenge.title}`;
  return { title, ...cardMetadata(`/api/v1/rankings/${id}/card.png`, title) };
}

/** A ranking under its permanent link: as it was, with what it was computed from. */
export default async function PermanentRankingPage({ params, searchParams }: Props) {
  const { slug, snapshot } = await params;
  const { challenge } = await readChallenge(slug);
  const view = await readRanking(slug, snapshot);
  const { from, stratum } = permanentQuerySchema.parse(await readSearch(searchParams));
  const { id } = view;
  const ranking = (stratum && rankingOfStratum(view.ranking, stratum)) || view.ranking;
  const shownStratum = ranking === view.ranking ? null : stratum!;
  const { entries, phase } = ranking;
  const base = `/challenges/${slug}/leaderboard/${id}`;
  const start = from > entries.length ? 1 : from;
  const shown = entries.slice(start - 1, start - 1 + PAGE);
  const end = start - 1 + shown.length;
  return (
    <>
      <ChallengeHeader challenge={challenge} current="leaderboard" />
      <main id="main" className="wrap page-top">
        <div className="head">
          <h1>
            {view.finalSince ? 'Final ranking' : 'Ranking'} of {phase.title}
          </h1>
          <p className="stamp">
            {ranking.updatedAt ? `Latest score ${utcDateTime(ranking.updatedAt)} · ` : ''}permanent link{' '}
            <span className="mono">{id}</span>
          </p>
        </div>
        <State view={view} leaderboard={`/challenges/${slug}/leaderboard?phase=${phase.slug}`} />
        {view.ranking.strata ? (
          <nav className="filters" aria-label="Which cases the table shows">
            <StrataLinks
              strata={view.ranking.strata}
              stratum={shownStratum}
              hrefOf={(other) => listAddress(base, { stratum: other })}
            />
          </nav>
        ) : null}
        <PermanentTable
          ranking={ranking}
          stratum={shownStratum}
          entries={shown}
          since={view.tombstonesSince}
        />
        <Pager
          label="Pages of the ranking"
          previous={start > 1 ? pageLink(base, Math.max(1, start - PAGE), shownStratum, 'Previous') : null}
          next={end < entries.length ? pageLink(base, end + 1, shownStratum, 'Next') : null}
        >
          {start} to {end} of {counted(entries.length, 'team')}
        </Pager>
        <TombstoneTable
          tombstones={view.tombstonesSince}
          caption={
            <>
              <b>Withdrawn or excluded since.</b> Their scores are shown as they were, and count no more in
              later rankings.
            </>
          }
        />
        <TombstoneTable
          tombstones={ranking.tombstones}
          caption={<b>Withdrawn or excluded before this ranking.</b>}
        />
        <div className="cols">
          <Cite view={view} stratum={shownStratum} url={rankingAddress(site(), slug, id)} />
          <aside className="side" aria-label="How it was computed">
            <Inputs view={view} />
          </aside>
        </div>
      </main>
    </>
  );
}

function pageLink(base: string, from: number, stratum: string | null, text: string) {
  return { href: listAddress(base, { stratum, from: from > 1 ? String(from) : null }), text };
}

function State({ view, leaderboard }: { view: PermanentRankingView; leaderboard: string }) {
  const changed = view.tombstonesSince.length;
  return (
    <p className={view.finalSince ? 'done-note final-note' : 'soft final-note'}>
      {view.finalSince ? (
        <>
          <b>Final ranking</b>, declared by the organizers on {utcDateTime(view.finalSince)}.
        </>
      ) : (
        <>
          <b>A ranking at one moment.</b> It never changes; the leaderboard may have changed since.
        </>
      )}{' '}
      {changed > 0 ? (
        <>
          {counted(changed, 'entry', 'entries')} {changed === 1 ? 'has' : 'have'} been withdrawn or excluded
          since.{' '}
        </>
      ) : null}
      <Link href={leaderboard}>See the leaderboard now</Link>
    </p>
  );
}

function Cite({ view, stratum, url }: { view: PermanentRankingView; stratum: string | null; url: string }) {
  const api = `/api/v1/rankings/${view.id}`;
  return (
    <section aria-labelledby="cite">
      <h2 id="cite">How to cite</h2>
      <CodeToCopy label="BibTeX" text={bibtexOf(view, url)} />
      <div className="exports">
        <span>This ranking:</span>
        <a href={api}>JSON</a>
        <a href={listAddress(`${api}/ranking.csv`, { stratum })} download>
          CSV
        </a>
        <a href={`${api}/citation.bib`} download>
          BibTeX
        </a>
        <a href={`${api}/citation.ris`} download>
          RIS
        </a>
        <a href={`${api}/card.png`}>Picture</a>
      </div>
    </section>
  );
}
