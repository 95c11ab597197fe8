import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { formatBytes } from '#components/format/quantity.ts';
import { storageView } from '#lib/site/administration/storage.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Storage' };

export default async function StoragePage() {
  const view = await orPage(storageView(site(), await currentViewer()), '/admin/storage');
  return (
    <AdministrationFrame current="storage" asOf={view.asOf}>
      <dl className="facts">
        <dt>Disk of the store</dt>
        <dd>
          {view.disk
            ? `${formatBytes(view.disk.freeBytes)} of ${formatBytes(view.disk.totalBytes)} free`
            : 'not known'}
        </dd>
        <dt>Database</dt>
        <dd>{formatBytes(view.databaseBytes)}</dd>
      </dl>
      <table className="plain stackable top">
        <caption>
          <b>Store.</b> Files with the same content are stored and counted once.
        </caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" className="num">
              Files
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">About</th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map(({ what, count, bytes, note }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td className="num" data-l="files">
                {count}
              </td>
              <td className="num nowrap" data-l="size">
                {formatBytes(bytes)}
              </td>
              <td className="soft">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </AdministrationFrame>
  );
}
