import type { Metadata } from 'next';
import Link from 'next/link';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main id="main" className="wrap message-page">
      <h1>Nothing at this address</h1>
      <p className="soft">
        It may be mistyped, or what it shows is not for your account. If you were sent here by a link, the
        team or the organizers who gave it can say which account may see it.
      </p>
      <p className="actions">
        <Link className="btn" href="/">
          All challenges
        </Link>
        <Link className="btn plain" href="/sign-in">
          Sign in with another account
        </Link>
      </p>
    </main>
  );
}
