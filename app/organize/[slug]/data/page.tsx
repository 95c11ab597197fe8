import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { datasetFields } from '#components/console/data/dataset-fields.ts';
import { DatasetsTable } from '#components/console/data/datasets-table.tsx';
import { RequestsForm } from '#components/console/data/requests-form.tsx';
import { RequestsTable } from '#components/console/data/requests-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { type ListFilter, ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import type { DataRequestFilter } from '#lib/api/datasets/requests.ts';
import { type DataRequestsView, dataRequestsQuerySchema } from '#lib/api/pages/organizer/data.ts';
import { dataRequestsView } from '#lib/site/datasets/access/list-requests.ts';
import { site } from '#lib/site/site.ts';
import { createDatasetAction } from './[dataset]/releases/actions.ts';
import { decideDataRequestsAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Data, ${(await params).slug}` };
}

/** Who asked for data, what the organizers decided, and who has access. */
export default async function DataPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = dataRequestsQuerySchema.parse(await readSearch(searchParams));
  const base = `/organize/${slug}/data`;
  const { state, q, dataset } = query;
  const address = (after?: string) => listAddress(base, { state, dataset, q, after });
  const view = await orPage(
    dataRequestsView(site(), slug, query, await currentViewer()),
    address(query.after),
  );
  const list = (
    <>
      <RequestsTable requests={view.requests} asOf={view.asOf} />
      <NewestPager label="Pages of the requests" links={view} address={address} />
    </>
  );
  return (
    <ConsoleFrame challenge={view.challenge} current="data" asOf={view.asOf}>
      <section className="console-section" aria-label="Datasets">
        <DatasetsTable slug={slug} datasets={view.datasets} mayEdit={view.mayEdit} />
        {view.mayEdit ? (
          <div className="after-form">
            <Confirmation label="Create dataset" isHarmless>
              <ActionForm
                name="dataset"
                action={createDatasetAction}
                fields={datasetFields(slug, null)}
                submit="Create"
                pending="Creating"
              />
            </Confirmation>
          </div>
        ) : null}
        <p className="exports bare">
          <Link href={`${base}/downloads`} prefetch={false}>
            Downloads and receipts
          </Link>
          <a href={`/organize/${slug}/export/data-requests.csv`} download>
            Requests as CSV
          </a>
          <a href={`/organize/${slug}/export/data-requests.json`} download>
            Requests as JSON
          </a>
        </p>
      </section>
      <section className="console-section" aria-label="Requests">
        <ListSearch
          search={{ label: 'Search people and institutions', value: q ?? '' }}
          filters={[stateFilter(state), datasetFilter(view, dataset)]}
          clearHref={base}
        />
        {view.mayDecide ? (
          <RequestsForm challenge={slug} replies={view.replies} action={decideDataRequestsAction}>
            {list}
          </RequestsForm>
        ) : (
          list
        )}
      </section>
    </ConsoleFrame>
  );
}

const FILTERS: Record<DataRequestFilter, string> = {
  SUBMITTED: 'waiting for a decision',
  OVERDUE: 'overdue',
  CLARIFICATION: 'waiting for an answer',
  APPROVED: 'have access',
  EXPIRING: 'access ends soon',
  EXPIRED: 'expired',
  DECLINED: 'declined',
  WITHDRAWN: 'withdrawn',
  REVOKED: 'revoked',
};

function stateFilter(state: DataRequestFilter | undefined): ListFilter {
  const options = Object.entries(FILTERS).map(([value, label]) => ({ value, label }));
  return { name: 'state', label: 'State', all: 'All states', value: state, options };
}

function datasetFilter({ datasets }: DataRequestsView, dataset: string | undefined): ListFilter {
  const options = datasets.map(({ name, title }) => ({ value: name, label: title }));
  return { name: 'dataset', label: 'Dataset', all: 'All datasets', value: dataset, options };
}
