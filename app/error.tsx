'use client';

import Link from 'next/link';

/** The server logs the error under the digest. The browser gets only the digest. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <main id="main" className="wrap message-page">
      <h1>This page couldn’t be loaded</h1>
      <p className="soft">
        This is a platform error. Nothing you sent is lost, and submissions keep running. Try again. If the
        problem persists, contact the organizers{digest ? ' and quote this code' : ''}.
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
