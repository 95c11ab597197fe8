'use client';

import { useSyncExternalStore } from 'react';

/**
 * Only the browser knows the reader’s time zone: the server renders nothing here, and without JavaScript the page
 * shows UTC only.
 */
const never = () => () => undefined;

function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** "28 Feb, 18:59" in the reader’s time zone, in the same format as the rest of the page. */
export function LocalTime({ iso }: { iso: string }) {
  if (!useInBrowser()) return <span aria-hidden="true">&nbsp;</span>;
  const parts = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso));
  return <time dateTime={iso}>{parts}</time>;
}

/** " (New York)" */
export function ZoneName() {
  if (!useInBrowser()) return null;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return <> ({zone.split('/').at(-1)?.replaceAll('_', ' ')})</>;
}
