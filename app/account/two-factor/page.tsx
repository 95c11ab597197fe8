import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage, type Parameter, safeNext } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { TwoFactorSection } from '#components/account/two-factor-section.tsx';
import { accountView } from '#lib/site/accounts/account-view.ts';
import { site } from '#lib/site/site.ts';
import { confirmFactorAction, removeFactorAction, renewCodesAction, startFactorAction } from './actions.ts';

export const metadata: Metadata = { title: 'Second factor' };

interface Props {
  searchParams: Promise<{ next?: Parameter }>;
}

/** Where organizers and administrators come who lack the second factor that the site requires. */
export default async function TwoFactorPage({ searchParams }: Props) {
  const next = safeNext((await searchParams).next);
  const here = `/account/two-factor?next=${encodeURIComponent(next)}`;
  const account = await orPage(accountView(site(), await currentViewer()), here);
  return (
    <main id="main" className="wrap page-top">
      <h1>
        {account.twoFactor.state === 'on' ? 'Your second factor is on' : 'Set up a second factor first'}
      </h1>
      <div className="after-form">
        <TwoFactorSection
          account={account}
          start={startFactorAction}
          confirm={confirmFactorAction}
          renew={renewCodesAction}
          remove={removeFactorAction}
        />
      </div>
      <p className="actions">
        <Link className="btn" href={next}>
          Go on
        </Link>
        <Link className="btn plain" href="/account">
          Your account
        </Link>
      </p>
    </main>
  );
}
