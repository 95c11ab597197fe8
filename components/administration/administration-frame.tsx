import Link from 'next/link';
import { PageMain } from '#components/site/page-main.tsx';
import { Tabs } from '#components/site/tabs.tsx';

const PAGES = [
  { page: 'checks', path: '/admin', label: 'Checks' },
  { page: 'users', path: '/admin/users', label: 'Users' },
  { page: 'challenges', path: '/admin/challenges', label: 'Challenges' },
  { page: 'runners', path: '/admin/runners', label: 'Runners' },
  { page: 'storage', path: '/admin/storage', label: 'Storage' },
  { page: 'mail', path: '/admin/mail', label: 'Mail' },
  { page: 'limits', path: '/admin/limits', label: 'Limits' },
] as const;

/** Pages and heading of the administration. */
export function AdministrationFrame({
  current,
  asOf,
  children,
}: {
  current: (typeof PAGES)[number]['page'];
  asOf: string;
  children: React.ReactNode;
}) {
  return (
    <>
      <section aria-label="Administration">
        <div className="wrap ch">
          <div className="title">
            <p>
              <Link href="/admin">Administration</Link>
            </p>
          </div>
          <Tabs
            label="Administration"
            tabs={PAGES.map(({ page, path, label }) => ({ href: path, label, isCurrent: page === current }))}
          />
        </div>
      </section>
      <PageMain
        className="page-top administration"
        title={PAGES.find(({ page }) => page === current)?.label}
        asOf={asOf}
        seenBy="administrators"
      >
        {children}
      </PageMain>
    </>
  );
}
