'use client';

import { useEffect, useRef, useState } from 'react';
import { formatBytes, formatDigest } from '#components/format/quantity.ts';
import { utcDateTime } from '#components/format/time.ts';
import type { UploadedArchive } from '#lib/api/archives.ts';
import { type ArchiveChoice, isSent } from './check-archive.ts';

/** A file input that also accepts a dropped file, with a list of the team’s earlier uploads. */
export function ArchiveField({
  id,
  label,
  hint,
  choice,
  uploads,
  uploadsLabel,
  problem,
  disabled,
  onChoose,
}: {
  id: string;
  label: string;
  hint: React.ReactNode;
  choice: ArchiveChoice | null;
  uploads: readonly UploadedArchive[];
  /** Label of the list of earlier uploads. */
  uploadsLabel: string;
  problem: string | null;
  disabled: boolean;
  onChoose: (choice: ArchiveChoice | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  // Otherwise the browser keeps showing the name of a file that is no longer chosen.
  useEffect(() => {
    if (input.current && (!choice || isSent(choice))) input.current.value = '';
  }, [choice]);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the input inside is the accessible way to choose a file */}
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
          onChoose(event.dataTransfer.files[0] ?? null);
        }}
      >
        {choice ? (
          <Chosen choice={choice} onRemove={disabled ? null : () => onChoose(null)} />
        ) : (
          <p className="soft">Drop the archive here, or choose a file:</p>
        )}
        <input
          ref={input}
          id={id}
          type="file"
          accept=".tar,.gz,.tgz,.zst,.tzst"
          disabled={disabled}
          aria-describedby={problem ? `${id}-hint ${id}-error` : `${id}-hint`}
          aria-invalid={problem ? true : undefined}
          onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
        />
        {uploads.length > 0 ? (
          <>
            <label className="or-upload" htmlFor={`${id}-upload`}>
              {uploadsLabel}
            </label>
            <select
              id={`${id}-upload`}
              value={choice && isSent(choice) ? choice.id : ''}
              disabled={disabled}
              onChange={(event) => onChoose(uploads.find((entry) => entry.id === event.target.value) ?? null)}
            >
              <option value="">None</option>
              {uploads.map((entry) => (
                <option key={entry.id} value={entry.id}>
                  {describe(entry)}
                </option>
              ))}
            </select>
          </>
        ) : null}
      </div>
      {problem ? (
        <p className="error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function Chosen({ choice, onRemove }: { choice: ArchiveChoice; onRemove: (() => void) | null }) {
  const [name, size] = isSent(choice) ? [choice.fileName, choice.bytes] : [choice.name, choice.size];
  return (
    <p>
      <b className="anywhere">{name}</b>{' '}
      <span className="muted">
        {formatBytes(size)}
        {isSent(choice)
          ? `, uploaded ${utcDateTime(choice.uploadedAt)}, ${formatDigest(choice.sha256)}`
          : null}
      </span>{' '}
      {onRemove ? (
        <button type="button" className="linkish" onClick={onRemove}>
          Remove<span className="vh"> {name}</span>
        </button>
      ) : null}
    </p>
  );
}

/** "image.tar.gz, 146 MB, 23 Nov 2026, 14:07 UTC, nn-cascade 0.9.1" */
function describe({ fileName, bytes: size, uploadedAt, algorithm }: UploadedArchive): string {
  return [
    fileName,
    formatBytes(size),
    utcDateTime(uploadedAt),
    ...(algorithm === null ? [] : [algorithm]),
  ].join(', ');
}
