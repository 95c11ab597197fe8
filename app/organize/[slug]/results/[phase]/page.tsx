import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { ScoredTable } from '#components/console/results/scored-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { scoredQuerySchema } from '#lib/api/pages/organizer/results.ts';
import { scoredView } from '#lib/site/console/results/scored-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string; phase: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, phase } = await params;
  return { title: `Scores of ${phase}, ${slug}` };
}

/** All scores of a phase as they are, for organizers. */
export default async function ScoredPage({ params, searchParams }: Props) {
  const { slug, phase } = await params;
  const query = scoredQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/results/${phase}`;
  const { metric, q } = query;
  const address = (after?: string) => listAddress(base, { metric, q, after });
  const place = { challenge: slug, phase };
  const view = await orPage(scoredView(site(), place, await currentViewer(), query), address(query.after));
  const link = (after: string | null, text: string) =>
    after === null ? null : { href: address(after), text };
  return (
    <ConsoleFrame
      challenge={view.challenge}
      current="results"
      asOf={view.asOf}
      title={`Scores, ${view.phase.title}`}
    >
      <p className="soft narrow-text">
        <Link href={`/organize/${slug}/results`}>All results</Link>.{' '}
        <Link href={`/challenges/${slug}/leaderboard?phase=${phase}`}>The leaderboard</Link> is what the
        public sees.
      </p>
      <ListSearch
        search={{ label: 'Team or algorithm', value: q ?? '' }}
        filters={[
          {
            name: 'metric',
            label: 'Sort by',
            all: view.metrics[0]!.label,
            value: metric,
            options: view.metrics.slice(1).map(({ metric: value, label }) => ({ value, label })),
          },
        ]}
        clearHref={base}
      />
      <ScoredTable view={view} />
      <Pager
        label="Pages of the scores"
        previous={link(view.previous, 'Better ones')}
        next={link(view.next, 'Next ones')}
      />
    </ConsoleFrame>
  );
}
