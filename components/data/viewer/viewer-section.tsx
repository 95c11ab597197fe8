'use client';

import dynamic from 'next/dynamic';
import { useId, useState } from 'react';
import type { ScanCase } from '#lib/domain/datasets/scan-cases.ts';

/** The viewer is larger than the whole page, so it loads only when somebody wants it. */
const ScanViewer = dynamic(() => import('./scan-viewer.tsx').then((module) => module.ScanViewer), {
  ssr: false,
  loading: () => (
    <p className="soft viewer-wait" role="status">
      Loading the viewer…
    </p>
  ),
});

/** Cases to look at in the browser. */
export function ViewerSection({ cases, route }: { cases: readonly ScanCase[]; route: string }) {
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const [isOpen, setIsOpen] = useState(false);
  const shown = cases[chosen]!;
  return (
    <section aria-labelledby="viewer" className="scripted">
      <h2 id="viewer">Look at a case</h2>
      <p className="soft narrow-text">
        The image and its lesions are drawn in your browser. Opening a case downloads its files.
      </p>
      <div className="viewer-choice">
        <label htmlFor={id}>Case</label>
        <select id={id} value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
          {cases.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
        {isOpen ? null : (
          <button type="button" className="btn" onClick={() => setIsOpen(true)}>
            Open in the viewer
          </button>
        )}
      </div>
      {isOpen ? <ScanViewer key={shown.name} shown={shown} route={route} /> : null}
    </section>
  );
}
