import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { LeakTable } from '#components/console/leak-table.tsx';
import { leaksView } from '#lib/site/console/leaks-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Leaks, ${(await params).slug}` };
}

/** What each team has been told about the hidden cases. */
export default async function LeaksPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const { phase, after } = await readSearch(searchParams);
  const base = `/organize/${slug}/leaks`;
  const view = await orPage(leaksView(site(), slug, { phase, after }, await currentViewer()), base);
  return (
    <ConsoleFrame challenge={view.challenge} current="leaks" asOf={view.asOf}>
      <p className="soft narrow-section">
        Every score that a team sees tells it something about the hidden cases. The bits are an upper limit of
        that; the possible luck is by how many standard errors a score can be too good on average because of
        it.
      </p>
      {view.leaks.length === 0 ? <p className="muted">This challenge has no hidden phase.</p> : null}
      {view.leaks.map((leaks) => (
        <LeakTable key={leaks.phaseSlug} leaks={leaks} base={base} isOnePhase={view.isOnePhase} />
      ))}
    </ConsoleFrame>
  );
}
