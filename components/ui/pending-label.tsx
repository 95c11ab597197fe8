'use client';

import { useLinkStatus } from 'next/link';

/** Inside a Link: says that its page is on the way. A word, and only if it takes a moment. */
export function PendingWord() {
  const { pending } = useLinkStatus();
  return (
    <span className="pending" role="status">
      {pending ? 'loading' : ''}
    </span>
  );
}
