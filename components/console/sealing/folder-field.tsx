'use client';

import { useState } from 'react';
import type { ChosenFile } from '#lib/domain/test-sets/browser-sealing.ts';
import { filesOfDrop, filesOfInput } from './chosen-files.ts';

/** A field for a folder that also accepts a dropped one. The files are read, not sent. */
export function FolderField({
  problem,
  onChoose,
}: {
  problem: string | null;
  onChoose: (files: readonly ChosenFile[], allowsShear: boolean) => void;
}) {
  const [over, setOver] = useState(false);
  const [own, setOwn] = useState<string | null>(null);
  const [allowsShear, setAllowsShear] = useState(false);
  const shown = own ?? problem;
  async function drop(items: DataTransferItemList) {
    const files = await filesOfDrop(items);
    setOwn(files ? null : 'Drop one folder, with all cases in it. Unpack an archive first.');
    if (files) onChoose(files, allowsShear);
  }
  return (
    <div className="field">
      <label htmlFor="folder">Folder with the cases</label>
      <p className="hint" id="folder-hint">
        In any layout that <code>heldout dataset check</code> recognizes by itself: BIDS, ATLAS, ISLES 2022,
        or a cases.csv. The files are read on this computer; the browser may call this an upload, but nothing
        is sent yet.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the input inside is the accessible way to choose a folder */}
      <div
        className="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void drop(event.dataTransfer.items);
        }}
      >
        <p className="soft">Drop the folder here, or choose it:</p>
        <input
          id="folder"
          type="file"
          // React's types don't know it.
          {...{ webkitdirectory: '' }}
          aria-describedby={shown ? 'folder-hint folder-error' : 'folder-hint'}
          aria-invalid={shown ? true : undefined}
          onChange={({ target }) => {
            setOwn(null);
            if (target.files && target.files.length > 0) onChoose(filesOfInput(target.files), allowsShear);
          }}
        />
      </div>
      <label className="agreement">
        <input
          type="checkbox"
          checked={allowsShear}
          onChange={({ target }) => setAllowsShear(target.checked)}
        />{' '}
        Accept scans whose axes are not at right angles
      </label>
      {shown ? (
        <p className="error pre-line" id="folder-error" role="alert">
          {shown}
        </p>
      ) : null}
    </div>
  );
}
