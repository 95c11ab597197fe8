import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { ComputeTable, ExportTables } from '#components/console/export-tables.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { computeQuerySchema } from '#lib/api/pages/organizer/export.ts';
import { exportView } from '#lib/site/console/export/export-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Export, ${(await params).slug}` };
}

/** Everything of a challenge to download, and the computing time of its teams. */
export default async function ExportPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = computeQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/export`;
  const { phase } = query;
  const address = (after?: string) => listAddress(base, { phase, after });
  const view = await orPage(exportView(site(), slug, await currentViewer(), query), address(query.after));
  return (
    <ConsoleFrame challenge={view.challenge} current="export" asOf={view.asOf}>
      <section className="console-section narrow-section" aria-label="Files">
        <ExportTables slug={slug} />
      </section>
      <section className="console-section" id="compute" aria-label="Computing time">
        {view.phases.length > 1 ? (
          <ListSearch
            filters={[
              {
                name: 'phase',
                label: 'Phase',
                all: 'All phases',
                value: phase,
                options: view.phases.map(({ slug: value, title: label }) => ({ value, label })),
              },
            ]}
            clearHref={base}
          />
        ) : null}
        <ComputeTable compute={view.compute} />
        <Pager
          label="Pages of the computing time"
          previous={query.after ? { href: address(), text: 'From the start' } : null}
          next={view.next === null ? null : { href: address(view.next), text: 'Next teams' }}
        />
      </section>
    </ConsoleFrame>
  );
}
