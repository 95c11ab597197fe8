'use client';

import { useRef, useState } from 'react';
import { bytes } from '../format/quantity.ts';

/** A file input that also takes a file dropped on it. */
export function DropFile({
  id,
  label,
  hint,
  file,
  problem,
  disabled,
  onFile,
}: {
  id: string;
  label: string;
  hint: React.ReactNode;
  file: File | null;
  problem: string | null;
  disabled: boolean;
  onFile: (file: File | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const remove = () => {
    if (input.current) input.current.value = '';
    onFile(null);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <p className="hint" id={`${id}-hint`}>
        {hint}
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
            <b className="anywhere">{file.name}</b> <span className="muted">{bytes(file.size)}</span>{' '}
            {disabled ? null : (
              <button type="button" className="linkish" onClick={remove}>
                Remove<span className="vh"> {file.name}</span>
              </button>
            )}
          </p>
        ) : (
          <p className="soft">Drop the archive here, or choose it:</p>
        )}
        <input
          ref={input}
          id={id}
          type="file"
          accept=".tar,.gz,.tgz,.zst,.tzst"
          disabled={disabled}
          aria-describedby={problem ? `${id}-hint ${id}-error` : `${id}-hint`}
          aria-invalid={problem ? true : undefined}
          onChange={(event) => onFile(event.target.files?.[0] ?? null)}
        />
      </div>
      {problem ? (
        <p className="error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
