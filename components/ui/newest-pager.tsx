import type { PageLinks } from '#lib/api/values.ts';
import { Pager } from './pager.tsx';

/** Pages of a list that starts with the newest item. */
export function NewestPager({
  label,
  links: { previous, next },
  address,
}: {
  label: string;
  links: PageLinks;
  /** The address of the page behind a cursor. */
  address: (after: string) => string;
}) {
  return (
    <Pager
      label={label}
      previous={previous === null ? null : { href: address(previous), text: 'Newer' }}
      next={next === null ? null : { href: address(next), text: 'Older' }}
    />
  );
}
