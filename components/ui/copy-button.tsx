'use client';

import { useEffect, useState } from 'react';

const SHOWN_MS = 2000;

/** Copies a text. Without scripts or a clipboard, which browsers give secure pages only, there is no button. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isReady, setIsReady] = useState(false);
  const [outcome, setOutcome] = useState('');
  useEffect(() => setIsReady(navigator.clipboard !== undefined), []);
  useEffect(() => {
    if (outcome === '') return;
    const timer = setTimeout(() => setOutcome(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  if (!isReady) return null;
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('Copied');
    } catch {
      setOutcome('Not copied: select the text and copy it yourself');
    }
  }
  return (
    <span className="copy">
      <span role="status">{outcome}</span>
      <button type="button" className="linkish" onClick={copy}>
        {label}
      </button>
    </span>
  );
}
