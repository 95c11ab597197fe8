import Link from 'next/link';
import { PendingLabel } from '#components/ui/pending-label.tsx';

export interface Tab {
  href: string;
  label: string;
  isCurrent: boolean;
}

/** Links to the pages of one subject, side by side; on a phone they scroll inside themselves. */
export function Tabs({
  label,
  tabs,
  className = 'tabs',
}: {
  label: string;
  tabs: readonly Tab[];
  className?: 'tabs' | 'subtabs';
}) {
  return (
    <nav className={className} aria-label={label}>
      {tabs.map(({ href, label: text, isCurrent }) => (
        <Link key={href} href={href} prefetch={false} aria-current={isCurrent ? 'page' : undefined}>
          {text}
          <PendingLabel />
        </Link>
      ))}
    </nav>
  );
}
