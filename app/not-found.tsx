import type { Metadata } from 'next';
import Link from 'next/link';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main id="main" className="wrap message-page">
      <h1>Page not found</h1>
      <p className="soft">
        The address may be mistyped, or your account may not have access to this page. If someone sent you the
        link, ask them which account can open it.
      </p>
      <p className="actions">
        <Link className="btn" href="/">
          All challenges
        </Link>
        <Link className="btn plain" href="/sign-in">
          Sign in
        </Link>
      </p>
    </main>
  );
}
