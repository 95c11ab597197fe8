import Link from 'next/link';
import { ChallengeHeader, type ChallengeHeading } from '#components/challenge/challenge-header.tsx';
import { utcDateTime } from '#components/format/time.ts';
import { PendingLabel } from '#components/ui/pending-label.tsx';

const PAGES = [
  { page: 'today', path: '', label: 'Today' },
  { page: 'submissions', path: '/submissions', label: 'Submissions' },
  { page: 'queue', path: '/queue', label: 'Queue' },
  { page: 'registrations', path: '/registrations', label: 'Registrations' },
  { page: 'announcements', path: '/announcements', label: 'Announcements' },
  { page: 'results', path: '/results', label: 'Results' },
  { page: 'export', path: '/export', label: 'Export' },
  { page: 'leaks', path: '/leaks', label: 'Leaks' },
  { page: 'rescorings', path: '/rescorings', label: 'Rescorings' },
  { page: 'settings', path: '/settings', label: 'Settings' },
  { page: 'audit', path: '/audit', label: 'Audit trail' },
] as const;

/** Header, pages and heading of the organizers' console. */
export function ConsoleFrame({
  challenge,
  current,
  asOf,
  title,
  children,
}: {
  challenge: ChallengeHeading;
  current: (typeof PAGES)[number]['page'];
  asOf: string;
  /** Of a page below one of the tabs. */
  title?: string;
  children: React.ReactNode;
}) {
  const { slug } = challenge;
  return (
    <>
      <ChallengeHeader challenge={challenge} current="organize">
        <nav className="subtabs" aria-label="Console">
          {PAGES.map(({ page, path, label }) => (
            <Link
              key={page}
              href={`/organize/${slug}${path}`}
              prefetch={false}
              aria-current={page === current ? 'page' : undefined}
            >
              {label}
              <PendingLabel />
            </Link>
          ))}
        </nav>
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        <div className="head">
          <h1>{title ?? PAGES.find(({ page }) => page === current)?.label}</h1>
          <p className="stamp">
            {utcDateTime(asOf)} · visible to organizers ·{' '}
            <Link href={`/challenges/${slug}`}>public page</Link>
          </p>
        </div>
        {children}
      </main>
    </>
  );
}
