import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { DuplicatesTable } from '#components/console/submissions/duplicates-table.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { duplicatesQuerySchema } from '#lib/api/pages/organizer/duplicates.ts';
import { duplicatesView } from '#lib/site/console/duplicates-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Duplicates, ${(await params).slug}` };
}

/** Submissions of several teams that are the same. */
export default async function DuplicatesPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = duplicatesQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/submissions/duplicates`;
  const kind = query.kind === 'image' ? undefined : query.kind;
  const address = (after?: string) => listAddress(base, { kind, after });
  const view = await orPage(duplicatesView(site(), slug, await currentViewer(), query), address(query.after));
  return (
    <ConsoleFrame challenge={view.challenge} current="submissions" asOf={view.asOf} title="Duplicates">
      <p className="soft narrow-text">
        <Link href={`/organize/${slug}/submissions`}>All submissions</Link>. The same image is no proof: teams
        may start from the same example. The same outputs for every case can also come from an empty mask.
      </p>
      <ListSearch
        filters={[
          {
            name: 'kind',
            label: 'Same',
            all: 'Same image',
            value: kind,
            options: [{ value: 'outputs', label: 'Same outputs' }],
          },
        ]}
        clearHref={base}
      />
      <DuplicatesTable view={view} />
      <NewestPager label="Pages of the duplicates" links={view} address={address} />
    </ConsoleFrame>
  );
}
