import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { RegistrationsForm } from '#components/console/registrations/registrations-form.tsx';
import { RegistrationsTable } from '#components/console/registrations/registrations-table.tsx';
import { ReleaseSection } from '#components/console/release-section.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { type ListFilter, ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { type RegistrationsView, registrationsQuerySchema } from '#lib/api/pages/organizer/registrations.ts';
import { registrationsView } from '#lib/site/registrations/list-registrations.ts';
import { site } from '#lib/site/site.ts';
import { decideRegistrationsAction, releasePersonAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Registrations, ${(await params).slug}` };
}

/** The teams that have registered, with what the organizers decided about them. */
export default async function RegistrationsPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = registrationsQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/registrations`;
  const { state, q } = query;
  const address = (after?: string) => listAddress(base, { state, q, after });
  const view = await orPage(
    registrationsView(site(), slug, query, await currentViewer()),
    address(query.after),
  );
  return (
    <ConsoleFrame challenge={view.challenge} current="registrations" asOf={view.asOf}>
      <ListSearch
        search={{ label: 'Search teams', value: q ?? '' }}
        filters={[stateFilter(view.counts, state)]}
        clearHref={base}
      />
      <RegistrationsForm challenge={slug} replies={view.replies} action={decideRegistrationsAction}>
        <RegistrationsTable registrations={view.registrations} />
        <NewestPager label="Pages of the registrations" links={view} address={address} />
      </RegistrationsForm>
      <ReleaseSection challenge={slug} action={releasePersonAction} />
    </ConsoleFrame>
  );
}

function stateFilter(counts: RegistrationsView['counts'], state: string | undefined): ListFilter {
  return {
    name: 'state',
    label: 'State',
    all: 'All states',
    value: state,
    options: [
      { value: 'PENDING', label: `waiting (${counts.PENDING})` },
      { value: 'APPROVED', label: `approved (${counts.APPROVED})` },
      { value: 'DECLINED', label: `declined (${counts.DECLINED})` },
    ],
  };
}
