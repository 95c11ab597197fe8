import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { SiteBar } from '#components/site/site-bar.tsx';
import { SiteFoot } from '#components/site/site-foot.tsx';
import { parseTheme, THEME_COOKIE } from '#components/site/theme.ts';
import { setTheme, signOut } from './actions.ts';
import { currentViewer } from './viewer.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Heldout', template: '%s · Heldout' },
  description: 'Benchmarks for algorithms that must be judged on data nobody may see.',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const viewer = await currentViewer();
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={theme === 'system' ? undefined : theme}
      // The Theme control sets data-theme in the browser, ahead of the next answer of the server.
      suppressHydrationWarning
    >
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <SiteBar viewer={viewer} theme={theme} setTheme={setTheme} signOut={signOut} />
        {children}
        <SiteFoot />
      </body>
    </html>
  );
}
