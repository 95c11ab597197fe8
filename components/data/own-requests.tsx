import Link from 'next/link';
import { utcDate } from '#components/format/time.ts';
import { requestPage } from '#lib/api/datasets/addresses.ts';
import type { OwnDataView } from '#lib/api/pages/data.ts';
import { DATA_REQUEST_STATES } from '#lib/domain/datasets/data-request.ts';

/** The latest request of a person for each dataset. */
export function OwnRequests({ requests }: Pick<OwnDataView, 'requests'>) {
  return (
    <table className="plain stackable top">
      <caption>
        <b>Requests</b> for data that organizers give on request.
      </caption>
      <thead>
        <tr>
          <th scope="col">Data</th>
          <th scope="col">State</th>
          <th scope="col" className="num">
            Sent
          </th>
          <th scope="col" className="num">
            Access until
          </th>
        </tr>
      </thead>
      <tbody>
        {requests.length === 0 ? (
          <tr className="nothing">
            <td colSpan={4}>You haven’t asked for data. Challenges say on their data page how to.</td>
          </tr>
        ) : (
          requests.map(({ id, challenge, dataset, state, submittedAt, expiresAt }) => (
            <tr key={id}>
              <th scope="row" className="anywhere">
                <Link href={requestPage(challenge.slug, dataset.name)} prefetch={false}>
                  {dataset.title}
                </Link>
                <span className="unit">{challenge.title}</span>
              </th>
              <td data-l="state">{DATA_REQUEST_STATES[state].label}</td>
              <td className="num soft nowrap" data-l="sent">
                {submittedAt ? utcDate(submittedAt) : '–'}
              </td>
              <td className="num soft nowrap" data-l="access until">
                {untilOf(state, expiresAt)}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}

function untilOf(state: OwnDataView['requests'][number]['state'], expiresAt: string | null): string {
  if (state !== 'APPROVED' && state !== 'EXPIRED') return '–';
  return expiresAt ? utcDate(expiresAt) : 'no end';
}
