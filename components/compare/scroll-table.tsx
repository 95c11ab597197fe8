'use client';

import { useId } from 'react';

/** A table that scrolls in itself on a narrow screen, where its caption doesn’t. */
export function ScrollTable({ caption, children }: { caption: React.ReactNode; children: React.ReactNode }) {
  const id = useId();
  return (
    <>
      <p className="table-caption" id={id}>
        {caption}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs focus to scroll with the keyboard */}
      <section className="scrolls-x" tabIndex={0} aria-labelledby={id}>
        <table className="plain" aria-labelledby={id}>
          {children}
        </table>
      </section>
    </>
  );
}
