import Link from 'next/link';
import { Brand } from './brand.tsx';
import { ReaderName, ReaderTeamLink } from './reader.tsx';
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
