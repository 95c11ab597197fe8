'use client';

import { type ComponentProps, useDeferredValue, useId, useState } from 'react';
import { Markdown } from '#components/markdown/markdown.tsx';

/** A text area with the text beside it as the page shows it, while it is typed. */
export function MarkdownControl({
  label,
  ...shared
}: { label: string; defaultValue: string } & ComponentProps<'textarea'>) {
  const [text, setText] = useState(shared.defaultValue);
  const shown = useDeferredValue(text);
  const heading = useId();
  return (
    <div className="markdown-control">
      <textarea {...shared} rows={14} onChange={({ target }) => setText(target.value)} />
      <section className="preview" aria-labelledby={heading}>
        <p className="preview-title" id={heading}>
          Preview of “{label}”
        </p>
        <div className="prose">
          {shown.trim() === '' ? (
            <p className="muted">Nothing yet.</p>
          ) : (
            <Markdown text={shown.replaceAll('\r\n', '\n')} top={3} />
          )}
        </div>
      </section>
    </div>
  );
}
