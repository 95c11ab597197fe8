import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import { AgreementTable } from '#components/compare/agreement-table.tsx';
import { CompareForm } from '#components/compare/compare-form.tsx';
import { CompareNotes } from '#components/compare/compare-notes.tsx';
import { ComparePlots } from '#components/compare/compare-plots.tsx';
import { CompareTable } from '#components/compare/compare-table.tsx';
import { currentPhase } from '#components/format/phase-labels.ts';
import { utcDateTime } from '#components/format/time.ts';
import { comparisonView } from '#lib/site/figures/comparison-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Compare teams, ${challenge.title}` };
}

/** Two teams of a phase side by side: `?phase=…&a=…&b=…&metric=…`. */
export default async function ComparePage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = await readSearch(searchParams);
  const { challenge, viewer } = await readChallenge(slug);
  const phaseSlug = query['phase'] ?? challenge.leaders?.phaseSlug ?? currentPhase(challenge.phases)?.slug;
  if (phaseSlug === undefined) notFound();
  const base = `/challenges/${slug}/compare`;
  const asked = { a: query['a'], b: query['b'], metric: query['metric'] };
  const comparison = await orPage(
    comparisonView(site(), slug, phaseSlug, viewer, asked),
    `${base}?phase=${phaseSlug}`,
  );
  return (
    <>
      <ChallengeHeader challenge={challenge} current="compare">
        <PhaseStrip
          phases={challenge.phases}
          currentSlug={phaseSlug}
          asOf={comparison.asOf}
          hrefOf={(phase) => `${base}?phase=${phase.slug}`}
        />
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        <div className="head">
          <h1>Compare two teams</h1>
          <p className="stamp">As of {utcDateTime(comparison.asOf)}</p>
        </div>
        {comparison.teams.length < 2 ? (
          <div className="empty">
            <p>
              <b>A comparison needs two teams with a score in {comparison.phase.title}.</b>
            </p>
            <p className="soft">
              {comparison.teams.length === 0 ? 'There is none yet.' : 'There is one so far.'} Choose another
              phase above, or go to the{' '}
              <Link href={`/challenges/${slug}/leaderboard?phase=${phaseSlug}`}>leaderboard</Link>.
            </p>
          </div>
        ) : (
          <>
            <CompareForm comparison={comparison} />
            {comparison.pair ? (
              <>
                <CompareTable comparison={comparison} pair={comparison.pair} />
                <AgreementTable comparison={comparison} pair={comparison.pair} />
                <CompareNotes comparison={comparison} pair={comparison.pair} />
                <ComparePlots comparison={comparison} pair={comparison.pair} />
              </>
            ) : (
              <p className="soft">Choose two different teams.</p>
            )}
          </>
        )}
      </main>
    </>
  );
}
