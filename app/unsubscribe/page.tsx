import type { Metadata } from 'next';
import { orPage, type Parameter } from '#app/refuse.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { unsubscribeLabel, unsubscription } from '#lib/site/mail/unsubscribe.ts';
import { site } from '#lib/site/site.ts';
import { resubscribeAction, unsubscribeAction } from './actions.ts';

export const metadata: Metadata = { title: 'Unsubscribe' };

export default async function UnsubscribePage({
  searchParams,
}: {
  searchParams: Promise<{ token?: Parameter }>;
}) {
  const { token } = await searchParams;
  const text = typeof token === 'string' ? token : '';
  const { email, kind, isUnsubscribed } = await orPage(unsubscription(site(), text), '/unsubscribe');
  const label = unsubscribeLabel(kind);
  return (
    <main id="main" className="wrap page-top">
      <h1>{isUnsubscribed ? 'You are unsubscribed' : 'Unsubscribe'}</h1>
      <p className="soft narrow-text">
        <b>{label}</b>: <span className="anywhere">{email}</span>{' '}
        {isUnsubscribed ? 'gets no mails of this kind.' : 'gets mails of this kind.'} Mails that your account
        needs, such as those about your password, are always sent.
      </p>
      <ActionForm
        action={isUnsubscribed ? resubscribeAction : unsubscribeAction}
        fields={[{ name: 'token', label: '', type: 'hidden', value: text }]}
        submit={isUnsubscribed ? 'Subscribe again' : 'Unsubscribe'}
        pending={isUnsubscribed ? 'Subscribing' : 'Unsubscribing'}
      />
    </main>
  );
}
