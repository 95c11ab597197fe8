import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { accessFields } from '#components/console/data/access-fields.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { accessSettingsView } from '#lib/site/datasets/access/access-settings.ts';
import { site } from '#lib/site/site.ts';
import { changeAccessSettingsAction } from '../actions.ts';

interface Props {
  params: Promise<{ slug: string; dataset: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Access to data, ${(await params).slug}` };
}

/** How access to a dataset is given. */
export default async function AccessPage({ params }: Props) {
  const { slug, dataset } = await params;
  const place = { challenge: slug, dataset };
  const reading = accessSettingsView(site(), place, await currentViewer());
  const view = await orPage(reading, `/organize/${slug}/data/${dataset}`);
  return (
    <ConsoleFrame
      challenge={view.challenge}
      current="data"
      asOf={view.asOf}
      title={`Access to ${view.title}`}
    >
      <section className="narrow-section" aria-label="Settings">
        <p className="soft narrow-text">
          Changes hold for requests from now on. Approvals keep the date that they were given.{' '}
          <Link href={`/organize/${slug}/data`} prefetch={false}>
            Requests and access
          </Link>
        </p>
        {view.mayChange ? (
          <ActionForm
            action={changeAccessSettingsAction}
            fields={accessFields(place, view.settings)}
            submit="Save settings"
            pending="Saving"
          />
        ) : (
          <pre className="mono lines anywhere">{JSON.stringify(view.settings, null, 2)}</pre>
        )}
      </section>
    </ConsoleFrame>
  );
}
