import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { connection } from 'next/server';
import { ReaderProvider } from '#components/site/reader.tsx';
import { SiteBar } from '#components/site/site-bar.tsx';
import { SiteFoot } from '#components/site/site-foot.tsx';
import { parseTheme, THEME_COOKIE } from '#components/site/theme.ts';
import { FollowPlainLinks } from '#components/ui/follow-plain-links.tsx';
import { decodeReader } from '#lib/api/pages/reader.ts';
import { site } from '#lib/site/site.ts';
import { setTheme, signOut } from './actions.ts';
import { currentReader } from './viewer.ts';
import './globals.css';

const SOCIAL_CARD = {
  url: '/social-card.png',
  width: 1200,
  height: 630,
  alt: 'Heldout: benchmarks on data nobody may see. A leaderboard with rank ranges, tiers and 95% confidence intervals.',
};

/** Titles and descriptions are each page's own; Next repeats them in the card of a shared link. */
export async function generateMetadata(): Promise<Metadata> {
  // A build has no address and stops here, as it does at the cookies.
  await connection();
  return {
    metadataBase: new URL(site().environment.origin),
    title: { default: 'Heldout', template: '%s · Heldout' },
    description: 'Benchmarks for algorithms that must be judged on data nobody may see.',
    manifest: '/manifest.webmanifest',
    icons: {
      icon: [
        { url: '/favicon.ico', sizes: '16x16 32x32 48x48' },
        { url: '/icon.svg', type: 'image/svg+xml' },
      ],
      apple: { url: '/apple-touch-icon.png', sizes: '180x180' },
    },
    openGraph: { type: 'website', siteName: 'Heldout', images: SOCIAL_CARD },
    twitter: { card: 'summary_large_image' },
  };
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const reader = await currentReader();
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={theme === 'system' ? undefined : theme}
      // The theme control sets data-theme in the browser before the server renders it.
      suppressHydrationWarning
    >
      <body>
        <a className="skip" href="#main">
          Skip to content
        </a>
        <ReaderProvider encoded={reader}>
          <SiteBar
            hasTeam={reader === null ? null : decodeReader(reader).team !== null}
            theme={theme}
            setTheme={setTheme}
            signOut={signOut}
          />
          {children}
        </ReaderProvider>
        <SiteFoot />
        <FollowPlainLinks />
      </body>
    </html>
  );
}
