import Link from 'next/link';
import { describeWait } from '#components/data/request-state.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import type { DataRequestsView } from '#lib/api/pages/organizer/data.ts';
import { EXPIRING_DAYS } from '#lib/domain/datasets/data-request.ts';

type Dataset = DataRequestsView['datasets'][number];

/** The datasets of a challenge: how access is given, what waits, and who has access. */
export function DatasetsTable({
  slug,
  datasets,
  mayEdit,
}: {
  slug: string;
  datasets: readonly Dataset[];
  mayEdit: boolean;
}) {
  return (
    <table className="plain stackable top dataset-counts">
      <caption>
        <b>Datasets.</b> Approvals that end within {EXPIRING_DAYS} days are counted as ending soon.
      </caption>
      <thead>
        <tr>
          <th scope="col">Dataset</th>
          <th scope="col">Access</th>
          <th scope="col">Usual wait</th>
          <th scope="col" className="num">
            Waiting
          </th>
          <th scope="col" className="num">
            Overdue
          </th>
          <th scope="col" className="num">
            Have access
          </th>
          <th scope="col" className="num">
            Ending soon
          </th>
        </tr>
      </thead>
      <tbody>
        {datasets.length === 0 ? (
          <tr className="nothing">
            <td colSpan={7}>No datasets yet.</td>
          </tr>
        ) : (
          datasets.map((dataset) => (
            <Row key={dataset.name} slug={slug} dataset={dataset} mayEdit={mayEdit} />
          ))
        )}
      </tbody>
    </table>
  );
}

function Row({ slug, dataset, mayEdit }: { slug: string; dataset: Dataset; mayEdit: boolean }) {
  const { name, title, access, counts, usualWait } = dataset;
  const count = (state: keyof Dataset['counts'], label: string, warns = false) => (
    <td className={warns && counts[state] > 0 ? 'num warn' : 'num'} data-l={label}>
      {counts[state] === 0 ? (
        0
      ) : (
        <Link href={listAddress(`/organize/${slug}/data`, { dataset: name, state })} prefetch={false}>
          {counts[state].toLocaleString('en')}
          <span className="vh"> {`${label}, ${title}`}</span>
        </Link>
      )}
    </td>
  );
  return (
    <tr>
      <th scope="row" className="anywhere">
        {title}
        <span className="unit mono">{name}</span>
        {mayEdit ? (
          <Link className="quiet small" href={`/organize/${slug}/data/${name}/releases`} prefetch={false}>
            releases<span className="vh"> of {title}</span>
          </Link>
        ) : null}
      </th>
      <td data-l="access">
        {access === 'OPEN' ? 'open to everybody' : 'on request'}{' '}
        <Link className="quiet small" href={`/organize/${slug}/data/${name}`} prefetch={false}>
          settings<span className="vh"> of {title}</span>
        </Link>
      </td>
      <td className="soft" data-l="usual wait">
        {usualWait ? describeWait(usualWait) : '–'}
      </td>
      {count('SUBMITTED', 'waiting')}
      {count('OVERDUE', 'overdue', true)}
      {count('APPROVED', 'have access')}
      {count('EXPIRING', 'ending soon')}
    </tr>
  );
}
