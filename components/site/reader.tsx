'use client';

import Link from 'next/link';
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import { decodeReader } from '#lib/api/pages/reader.ts';

const EncodedReader = createContext<string | null>(null);

/** @param encoded the page’s reader (lib/api/pages/reader.ts); null for a visitor. */
export function ReaderProvider({ encoded, children }: { encoded: string | null; children: React.ReactNode }) {
  return <EncodedReader value={encoded}>{children}</EncodedReader>;
}

function useReader() {
  const encoded = useContext(EncodedReader);
  return useMemo(() => (encoded === null ? null : decodeReader(encoded)), [encoded]);
}

export function ReaderName() {
  return useReader()?.name;
}

/** The first team. The link is made here and not on the server, so that its address is in the page once, as HTML. */
export function ReaderTeamLink() {
  const team = useReader()?.team;
  return team ? (
    <Link className="muted hide name" href={`/teams/${team.slug}`}>
      {team.name}
    </Link>
  ) : null;
}

/** The number of unread notifications, if there are any. */
export function ReaderUnread() {
  return <span className="unread">{useReader()?.unread}</span>;
}

const NONE: readonly string[] = [];
const never = () => () => undefined;

/**
 * Slugs of the reader’s teams. None while the server renders and until React has taken the page over: the server
 * renders the same page for everyone.
 */
export function useOwnTeams(): readonly string[] {
  const reader = useReader();
  const isLive = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return (isLive && reader?.teams) || NONE;
}
