import Link from 'next/link';
import { Brand } from './brand.tsx';
import { ReaderName, ReaderTeamLink, ReaderUnread } from './reader.tsx';
import type { Theme } from './theme.ts';
import { ThemeControl } from './theme-control.tsx';

export function SiteBar({
  hasTeam,
  theme,
  setTheme,
  signOut,
}: {
  /** null for a visitor. */
  hasTeam: boolean | null;
  theme: Theme;
  setTheme: (form: FormData) => Promise<void>;
  signOut: () => Promise<void>;
}) {
  return (
    <header className="site">
      <div className="wrap">
        <Brand />
        <nav aria-label="Site">
          <Link href="/">Challenges</Link>
          {hasTeam === false ? <Link href="/teams/new">Create team</Link> : null}
        </nav>
        <div className="me">
          <ThemeControl initial={theme} setTheme={setTheme} />
          {hasTeam !== null ? (
            <>
              {hasTeam ? <ReaderTeamLink /> : null}
              <Link className="bell" href="/account/notifications" prefetch={false}>
                <Bell />
                <span className="vh">Notifications </span>
                <ReaderUnread />
              </Link>
              <Link className="name" href="/account">
                <ReaderName />
              </Link>
              <form action={signOut}>
                <button type="submit">Sign out</button>
              </form>
            </>
          ) : (
            <>
              <Link href="/sign-in">Sign in</Link>
              <Link href="/sign-up" className="hide">
                Sign up
              </Link>
            </>
          )}
        </div>
      </div>
    </header>
  );
}

function Bell() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M8 1.5a4 4 0 0 0-4 4c0 3.6-1.5 5-1.5 5h11s-1.5-1.4-1.5-5a4 4 0 0 0-4-4M6.5 13a1.6 1.6 0 0 0 3 0"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
