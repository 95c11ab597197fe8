'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Makes every PlainLink change the page without loading it as a whole, as next/link does. */
export function FollowPlainLinks() {
  const router = useRouter();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (event.defaultPrevented || event.button !== 0 || isModified) return;
      const link = event.target instanceof Element ? event.target.closest('a[data-plain]') : null;
      const href = link?.getAttribute('href');
      if (!link || !href) return;
      event.preventDefault();
      router.push(href, { scroll: link.getAttribute('data-plain') !== 'stay' });
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [router]);
  return null;
}
