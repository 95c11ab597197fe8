import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { utcDateTime } from '#components/format/time.ts';
import { MailText } from '#components/mail/mail-text.tsx';
import { shownMails } from '#lib/site/mail/shown-mails.ts';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Mail of this development site' };

/** Only in development, and without a mail server: instead of being sent, mails stand here. */
export default async function DevelopmentMailPage() {
  const mails = await orPage(shownMails(site()), '/dev/mail');
  return (
    <main id="main" className="wrap page-top">
      <h1>Mail of this development site</h1>
      <p className="soft narrow-text">
        No mail server is configured, so mails aren’t sent but shown here, the newest first. A production site
        never has this page. To send them, set HELDOUT_SMTP_URL and HELDOUT_MAIL_FROM.
      </p>
      {mails.length === 0 ? (
        <p className="empty soft">No mails yet. Sign up, or reset a password, to see one.</p>
      ) : null}
      {mails.map((mail) => (
        <article key={mail.id} className="shown-mail">
          <h2>{mail.subject}</h2>
          <p className="soft">
            To <span className="anywhere">{mail.to}</span> · {utcDateTime(mail.createdAt)} UTC
          </p>
          <MailText text={mail.text} />
          <details>
            <summary>HTML</summary>
            <iframe title={`HTML of ${mail.subject}`} sandbox="" srcDoc={mail.html} />
          </details>
        </article>
      ))}
    </main>
  );
}
