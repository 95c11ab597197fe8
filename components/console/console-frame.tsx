import Link from 'next/link';
import { ChallengeHeader, type ChallengeHeading } from '#components/challenge/challenge-header.tsx';
import { PageMain } from '#components/site/page-main.tsx';
import { Tabs } from '#components/site/tabs.tsx';

const PAGES = [
  { page: 'today', path: '', label: 'Today' },
  { page: 'submissions', path: '/submissions', label: 'Submissions' },
  { page: 'queue', path: '/queue', label: 'Queue' },
  { page: 'registrations', path: '/registrations', label: 'Registrations' },
  { page: 'data', path: '/data', label: 'Data' },
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
  const tabs = PAGES.map(({ page, path, label }) => ({
    href: `/organize/${slug}${path}`,
    label,
    isCurrent: page === current,
  }));
  return (
    <>
      <ChallengeHeader challenge={challenge} current="organize">
        <Tabs label="Console" tabs={tabs} className="subtabs" />
      </ChallengeHeader>
      <PageMain
        className="under-phases"
        title={title ?? PAGES.find(({ page }) => page === current)?.label}
        asOf={asOf}
        seenBy={
          <>
            organizers · <Link href={`/challenges/${slug}`}>public page</Link>
          </>
        }
      >
        {children}
      </PageMain>
    </>
  );
}
