import type { Metadata } from 'next';
import Link from 'next/link';
import { readNote } from '#app/address-note.ts';
import { LinkSent } from '#components/account/link-sent.tsx';
import { site } from '#lib/site/site.ts';

export const metadata: Metadata = { title: 'Check your mail' };

export default async function SignUpSentPage() {
  const note = await readNote();
  return (
    <main id="main" className="wrap page-top">
      <h1>Check your mail</h1>
      <LinkSent isShown={site().environment.showsMail}>
        We have sent a link to{' '}
        {note ? <b className="anywhere">{note.email}</b> : 'the address that you entered'}. Open it within 24
        hours, and enter the password that you have just chosen. If the address already has an account, the
        mail says so, and nothing about that account has changed.
      </LinkSent>
      <p className="soft after-form">
        Nothing arrived after a few minutes? Look in your spam folder, or{' '}
        <Link href="/sign-up">sign up again</Link>.
      </p>
    </main>
  );
}
