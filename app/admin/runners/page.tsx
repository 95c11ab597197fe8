import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { RunnersTable } from '#components/console/queue/runners.tsx';
import { runnersView } from '#lib/site/administration/list-runners.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Runners' };

export default async function RunnersPage() {
  const view = await orPage(runnersView(site(), await currentViewer()), '/admin/runners');
  return (
    <AdministrationFrame current="runners" asOf={view.asOf}>
      <RunnersTable view={view} drain={null} title="Runners." />
    </AdministrationFrame>
  );
}
