import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { FindingsTable } from '#components/administration/findings-table.tsx';
import { doctorView } from '#lib/site/administration/doctor.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Administration' };

/** What works and what doesn't, checked when the page is opened. */
export default async function ChecksPage({ searchParams }: { searchParams: SearchParams }) {
  const verifiesAudit = (await readSearch(searchParams))['audit'] === 'yes';
  const view = await orPage(doctorView(site(), await currentViewer(), { verifiesAudit }), '/admin');
  return (
    <AdministrationFrame current="checks" asOf={view.asOf}>
      <FindingsTable findings={view.findings} />
      <p className="actions">
        <Link className="btn primary" href="/admin" prefetch={false}>
          Run checks again
        </Link>
        <Link className="btn" href="/admin?audit=yes" prefetch={false}>
          Verify the audit trail too
        </Link>
      </p>
      <p className="muted small narrow-text">
        On a runner’s host, <code>heldout doctor</code> checks its engine, limits and isolation layers in more
        detail.
      </p>
    </AdministrationFrame>
  );
}
