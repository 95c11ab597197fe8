import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { readSearch, type SearchParams } from '#app/search.ts';
import { currentViewer } from '#app/viewer.ts';
import { AdministrationFrame } from '#components/administration/administration-frame.tsx';
import { MailsTable } from '#components/administration/mails-table.tsx';
import { ActionButton } from '#components/ui/action-button.tsx';
import { listAddress } from '#components/ui/list-address.ts';
import { ListSearch } from '#components/ui/list-search.tsx';
import { NewestPager } from '#components/ui/newest-pager.tsx';
import { MAIL_STATES, mailsQuerySchema } from '#lib/api/pages/administration.ts';
import { mailsView } from '#lib/site/administration/mails.ts';
import { site } from '#lib/site/site.ts';
import { resendMailAction, sendTestMailAction } from '../actions.ts';

export const metadata: Metadata = { title: 'Mail' };

const BASE = '/admin/mail';

export default async function MailPage({ searchParams }: { searchParams: SearchParams }) {
  const query = mailsQuerySchema.parse(await readSearch(searchParams));
  const { q, state } = query;
  const address = (after?: string) => listAddress(BASE, { q, state, after });
  const view = await orPage(mailsView(site(), query, await currentViewer()), address(query.after));
  const options = MAIL_STATES.map((value) => {
    return { value, label: `${value.toLowerCase()} (${view.counts[value]})` };
  });
  return (
    <AdministrationFrame current="mail" asOf={view.asOf}>
      <p className="soft narrow-text">
        {view.status.isOn
          ? 'Mail is on.'
          : 'Mail is off: set HELDOUT_SMTP_URL and HELDOUT_MAIL_FROM, and restart the site.'}
      </p>
      {view.status.isOn ? (
        <ActionButton action={sendTestMailAction} values={{}} pending="Queueing">
          Send me a test mail
        </ActionButton>
      ) : null}
      <ListSearch
        search={{ label: 'Address or subject', value: q ?? '' }}
        filters={[{ name: 'state', label: 'State', all: 'All states', value: state, options }]}
        clearHref={BASE}
      />
      <MailsTable mails={view.mails} resend={resendMailAction} />
      <NewestPager label="Pages of the mails" links={view} address={address} />
    </AdministrationFrame>
  );
}
