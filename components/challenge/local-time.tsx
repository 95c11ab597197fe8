'use client';

import { useSyncExternalStore } from 'react';

/**
 * The reader's zone is known in the browser only: the server draws nothing here, and a reader without
 * JavaScript sees the times in UTC alone.
 */
const never = () => () => undefined;

function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** "28 Feb, 18:59" in the reader's zone, the order of the words as on the rest of the page. */
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
