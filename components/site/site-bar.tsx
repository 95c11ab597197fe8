import Link from 'next/link';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { Brand } from './brand.tsx';
import type { Theme } from './theme.ts';
import { ThemeControl } from './theme-control.tsx';

export function SiteBar({
  viewer,
  theme,
  setTheme,
  signOut,
}: {
  viewer: Viewer | null;
  theme: Theme;
  setTheme: (form: FormData) => Promise<void>;
  signOut: () => Promise<void>;
}) {
  const team = viewer?.teams[0];
  return (
    <header className="site">
      <div className="wrap">
        <Brand />
        <nav aria-label="Site">
          <Link href="/">Challenges</Link>
          {viewer && !team ? <Link href="/teams/new">Create team</Link> : null}
        </nav>
        <div className="me">
          <ThemeControl initial={theme} setTheme={setTheme} />
          {viewer ? (
            <>
              {team ? (
                <Link className="muted hide name" href={`/teams/${team.slug}`}>
                  {team.name}
                </Link>
              ) : null}
              <Link className="name" href="/account">
                {viewer.name}
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
