'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { formatBytes } from '#components/format/quantity.ts';
import type { DecryptAnswer, DecryptRequest } from '#lib/domain/datasets/browser-decryption.ts';
import { counted } from '#lib/domain/units.ts';

type State =
  | { kind: 'idle' }
  | { kind: 'working'; readBytes: number; files: number }
  | { kind: 'done'; text: string }
  | { kind: 'failed'; message: string };

/** Bundled by scripts/build.ts: one file, because it may load nothing else. */
const WORKER_ADDRESS = '/sealing/decrypt-worker.js';

type PickFolder = (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;

/** Chromium's browsers can write into a folder; others save the decrypted file as a whole. */
function folderPicker(): PickFolder | null {
  const { showDirectoryPicker } = window as { showDirectoryPicker?: PickFolder };
  return showDirectoryPicker ? (options) => showDirectoryPicker.call(window, options) : null;
}

/** Decrypts a download in the browser. Neither the key nor the file leaves the machine. */
export function DecryptForm() {
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState('');
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [canUnpack, setCanUnpack] = useState(false);
  const worker = useRef<Worker | null>(null);
  const ids = { file: useId(), key: useId() };
  useEffect(() => {
    setCanUnpack(folderPicker() !== null);
    return () => worker.current?.terminate();
  }, []);
  const isReady = file !== null && key.trim() !== '' && state.kind !== 'working';
  const isArchive = file?.name.includes('.tar.gz') ?? false;

  function start(folder: FileSystemDirectoryHandle | null) {
    worker.current?.terminate();
    const next = new Worker(WORKER_ADDRESS);
    worker.current = next;
    setState({ kind: 'working', readBytes: 0, files: 0 });
    next.onmessage = ({ data }: MessageEvent<DecryptAnswer>) => setState(stateOf(data, file!.name));
    next.onerror = () =>
      setState({
        kind: 'failed',
        message: 'The part of the page that decrypts could not start. Reload the page.',
      });
    next.postMessage({ file: file!, key, folder } satisfies DecryptRequest);
  }
  async function unpack() {
    const folder = await folderPicker()!({ mode: 'readwrite' }).catch(() => null);
    if (folder) start(folder);
  }
  function stop() {
    worker.current?.terminate();
    setState({ kind: 'failed', message: 'Stopped. Files that were complete by then stay where they are.' });
  }
  return (
    <div className="decrypt">
      <p className="field">
        <label htmlFor={ids.file}>Encrypted file (.age)</label>
        <input id={ids.file} type="file" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
      </p>
      <p className="field">
        <label htmlFor={ids.key}>Secret key or passphrase</label>
        <input
          id={ids.key}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </p>
      <p className="actions">
        {canUnpack && isArchive ? (
          <button type="button" className="btn primary" disabled={!isReady} onClick={unpack}>
            Decrypt and unpack into a folder
          </button>
        ) : null}
        <button
          type="button"
          className={canUnpack && isArchive ? 'btn' : 'btn primary'}
          disabled={!isReady}
          onClick={() => start(null)}
        >
          Decrypt and save
        </button>
        {state.kind === 'working' ? (
          <button type="button" className="btn" onClick={stop}>
            Stop
          </button>
        ) : null}
      </p>
      <Outcome state={state} total={file?.size ?? 0} />
    </div>
  );
}

function Outcome({ state, total }: { state: State; total: number }) {
  if (state.kind === 'failed') {
    return (
      <p role="alert" className="bad">
        {state.message}
      </p>
    );
  }
  if (state.kind !== 'working') return <p role="status">{state.kind === 'done' ? state.text : null}</p>;
  const { readBytes, files } = state;
  return (
    <div>
      <progress max={total} value={readBytes} aria-label="Decrypted" />
      <p role="status">
        {formatBytes(readBytes)} of {formatBytes(total)} decrypted
        {files > 0 ? `, ${counted(files, 'file')} written` : ''}
      </p>
    </div>
  );
}

function stateOf(answer: DecryptAnswer, encrypted: string): State {
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'progress') return { ...answer, kind: 'working' };
  if (!answer.copy)
    return { kind: 'done', text: `Done: ${counted(answer.files, 'file')} written, each of them verified.` };
  const name = encrypted.replace(/\.age$/, '') || 'decrypted';
  save(answer.copy, name);
  return { kind: 'done', text: `Done: ${name} is verified and in your downloads.` };
}

/** The browser copies it from disk to disk. */
function save(copy: File, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(copy);
  link.download = name;
  link.click();
}
