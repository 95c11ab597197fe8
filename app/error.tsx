'use client';

import Link from 'next/link';

/** What the server threw is in its log under the digest; the browser gets no more than that. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <main id="main" className="wrap message-page">
      <h1>This page could not be made</h1>
      <p className="soft">
        The fault is on our side, and nothing that you sent is lost: submissions go on without this page. Try
        again; if it stays so, tell the organizers{digest ? ' this code' : ''}.
      </p>
      {digest ? <p className="mono">{digest}</p> : null}
      <p className="actions">
        <button type="button" className="btn primary" onClick={() => retry()}>
          Try again
        </button>
        <Link className="btn" href="/">
          All challenges
        </Link>
      </p>
    </main>
  );
}
