'use client';

import { type RefObject, useState } from 'react';
import { bytes, mebibytes } from '../format/quantity.ts';

/** A file input that also takes a file dropped on it. */
export function DropFile({
  input,
  file,
  problem,
  imageMib,
  disabled,
  onFile,
}: {
  input: RefObject<HTMLInputElement | null>;
  file: File | null;
  problem: string | null;
  imageMib: number;
  disabled: boolean;
  onFile: (file: File | null) => void;
}) {
  const [over, setOver] = useState(false);
  return (
    <div className="field">
      <label htmlFor="archive">Image archive</label>
      <p className="hint" id="archive-hint">
        As <code>docker save IMAGE | gzip &gt; image.tar.gz</code> writes it, for linux/amd64; .tar, .tar.gz
        or .tar.zst, at most {mebibytes(imageMib)}.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the input inside is the first */}
      <div
        className="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          if (!disabled) setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (disabled || !input.current) return;
          input.current.files = event.dataTransfer.files;
          onFile(event.dataTransfer.files[0] ?? null);
        }}
      >
        {file ? (
          <p>
            <b className="anywhere">{file.name}</b> <span className="muted">{bytes(file.size)}</span>
          </p>
        ) : (
          <p className="soft">Drop the archive here, or choose it:</p>
        )}
        <input
          ref={input}
          id="archive"
          type="file"
          accept=".tar,.gz,.tgz,.zst,.tzst"
          disabled={disabled}
          aria-describedby={problem ? 'archive-hint archive-error' : 'archive-hint'}
          aria-invalid={problem ? true : undefined}
          onChange={(event) => onFile(event.target.files?.[0] ?? null)}
        />
      </div>
      {problem ? (
        <p className="error" id="archive-error" role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
