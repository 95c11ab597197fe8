'use client';

import './globals.css';

/** Replaces the whole page when the layout fails too: no database, or an invalid environment. */
export default function GlobalError({ error }: { error: unknown }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <html lang="en">
      <body>
        <title>Unavailable · Heldout</title>
        <main id="main" className="wrap message-page">
          <h1>Heldout is unavailable</h1>
          <p className="soft">
            The site can’t reach a service it needs, most likely its database. Submissions keep running. Try
            again in a minute. Administrators can find the cause in the site’s log
            {digest ? ' under this code' : ''}.
          </p>
          {digest ? <p className="mono">{digest}</p> : null}
          <p className="actions">
            {/* A link, because Next keeps this page as a file: its scripts have no nonce and don’t run. */}
            {/* biome-ignore lint/a11y/useValidAnchor: the empty address is that of this page */}
            <a className="btn primary" href="">
              Try again
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
