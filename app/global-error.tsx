'use client';

import './globals.css';

/** Stands in for the whole page when even the site bar could not be made: no database, or a wrong environment. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <html lang="en">
      <body>
        <title>Not available · Heldout</title>
        <main id="main" className="wrap message-page">
          <h1>Heldout is not available</h1>
          <p className="soft">
            The site cannot reach what it needs, most likely its database. Submissions that are running go on.
            Try again in a minute; whoever runs this site finds the reason in its log
            {digest ? ' under this code' : ''}.
          </p>
          {digest ? <p className="mono">{digest}</p> : null}
          <p className="actions">
            <button type="button" className="btn primary" onClick={() => retry()}>
              Try again
            </button>
          </p>
        </main>
      </body>
    </html>
  );
}
