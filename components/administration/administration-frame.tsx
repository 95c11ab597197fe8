import Link from 'next/link';
import { utcDateTime } from '#components/format/time.ts';
import { PendingLabel } from '#components/ui/pending-label.tsx';

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
          <nav className="tabs" aria-label="Administration">
            {PAGES.map(({ page, path, label }) => (
              <Link
                key={page}
                href={path}
                prefetch={false}
                aria-current={page === current ? 'page' : undefined}
              >
                {label}
                <PendingLabel />
              </Link>
            ))}
          </nav>
        </div>
      </section>
      <main id="main" className="wrap page-top administration">
        <div className="head">
          <h1>{PAGES.find(({ page }) => page === current)?.label}</h1>
          <p className="stamp">{utcDateTime(asOf)} · visible to administrators</p>
        </div>
        {children}
      </main>
    </>
  );
}
