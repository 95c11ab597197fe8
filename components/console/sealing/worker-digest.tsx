'use client';

import { useEffect, useState } from 'react';
import { WORKER_ADDRESS } from './use-sealing.ts';

/** The SHA-256 of the script that seals, as this browser got it. */
export function WorkerDigest() {
  const [digest, setDigest] = useState<string | null>(null);
  useEffect(() => {
    let isHere = true;
    void digestOf(WORKER_ADDRESS).then((found) => {
      if (isHere) setDigest(found);
    });
    return () => {
      isHere = false;
    };
  }, []);
  return <span className="mono anywhere">{digest ?? 'being computed'}</span>;
}

async function digestOf(address: string): Promise<string> {
  // Browsers offer it to secure pages only.
  if (crypto.subtle === undefined) return 'not available without HTTPS';
  const bytes = await (await fetch(address)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
