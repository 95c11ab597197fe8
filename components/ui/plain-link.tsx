import type { ComponentProps } from 'react';

/**
 * A link to a page of this site, for lists: next/link is a component of its own in the browser for each link, which
 * takes most of the time to render a long table. FollowPlainLinks follows it in the same way.
 */
export function PlainLink({
  keepsScroll = false,
  ...link
}: ComponentProps<'a'> & {
  href: string;
  /** The page stays where it is scrolled to. */
  keepsScroll?: boolean;
}) {
  return <a data-plain={keepsScroll ? 'stay' : ''} {...link} />;
}
