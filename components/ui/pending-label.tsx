'use client';

import { useLinkStatus } from 'next/link';

/** Inside a Link: says that its page is loading, if that takes a moment. */
export function PendingLabel() {
  const { pending } = useLinkStatus();
  return (
    <span className="pending" role="status">
      {pending ? 'loading' : ''}
    </span>
  );
}
