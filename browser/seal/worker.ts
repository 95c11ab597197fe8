import { z } from 'zod';
import { openFolder } from '#browser/node/folder.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type {
  SealingAnswer,
  SealingPlace,
  SealingRequest,
  SealingStep,
} from '#lib/domain/test-sets/browser-sealing.ts';
import { checkFolder, type PlannedFolder, planFolder, sealFolder, sealingReport } from './check-folder.ts';
import { finishSet, setFile } from './finish-set.ts';
import { type LocalStore, openLocalStore } from './local-store.ts';
import { beginWork, describeWork, readSet } from './sealing-work.ts';
import { sentenceOf } from './sentence.ts';
import { uploadSet } from './upload-set.ts';

/**
 * Seals a test set in the organizer's browser: reads and checks the folder they chose, seals each case to the runner's
 * key, and sends the sealed set. What leaves this worker for the site is sealed; the page gets the report.
 */

// The policy of the worker forbids code that is made of text, which zod would only try.
z.config({ jitless: true });

interface Checked {
  bytes: number;
  folder: string;
  planned: PlannedFolder;
  rules: Pick<PhaseRules, 'task' | 'connectivity'>;
}

let place: SealingPlace | null = null;
let checked: Checked | null = null;
let running: AbortController | null = null;

const PAUSED = new Error('paused');

function answer(message: SealingAnswer): void {
  postMessage(message);
}

/** Reports at most ten times a second, and always the end. */
function reporter(step: SealingStep): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && done > 0 && now - last < 100) return;
    last = now;
    answer({ kind: 'progress', step, done, total });
  };
}

const steps = {
  async find({ place: where }: Extract<SealingRequest, { kind: 'find' }>): Promise<void> {
    place = where;
    answer({ kind: 'stored', work: await describeWork(await openStore()) });
  },

  async check(request: Extract<SealingRequest, { kind: 'check' }>, signal: AbortSignal): Promise<void> {
    const files = request.files.map(({ path, file }) => ({ path: `/${path}`, file }));
    openFolder(files);
    place = request.place;
    const folder = request.files[0]?.path.split('/')[0] ?? '';
    const planned = await planFolder(`/${folder}`, request.rules.task, request.allowsShear);
    const found = await checkFolder(planned, { signal, onProgress: reporter('check') });
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    checked = { folder, planned, rules: request.rules, bytes };
    answer({ kind: 'report', report: sealingReport(found, bytes) });
  },

  async seal(
    { recipient, skipsBad }: Extract<SealingRequest, { kind: 'seal' }>,
    signal: AbortSignal,
  ): Promise<void> {
    if (checked === null) throw new Error('Choose the folder first.');
    const { folder, planned, rules, bytes } = checked;
    const store = await openStore();
    const { quota = bytes } = await navigator.storage.estimate();
    if (quota < bytes) throw new DOMException('Too little room.', 'QuotaExceededError');
    const now = new Date();
    const begun = { folder, recipient, skipsBad, cases: planned.dataset.cases.length };
    await beginWork(store, { ...begun, rules: JSON.stringify([rules, planned.allowsShear]) }, now);
    const sealed = await sealFolder(planned, { store, recipient, signal, onProgress: reporter('seal') });
    const facts = { ...rules, recipient, skipsBad, sealedAt: now };
    await finishSet(store, sealed, { ...facts, signal, onProgress: reporter('fingerprint') });
    await steps.upload(null, signal);
  },

  async upload(_: unknown, signal: AbortSignal): Promise<void> {
    const store = await openStore();
    const set = await readSet(store);
    if (set === null || place === null)
      throw new Error('No sealed set is kept in this browser. Seal it again.');
    const file = await setFile(store, set);
    const { sha256, bytes } = await uploadSet({
      address: place.uploadAddress,
      file,
      sha256: set.sha256,
      signal,
      onProgress: reporter('upload'),
    });
    await store.remove();
    answer({ kind: 'done', sha256, bytes, cases: set.header.caseCount });
  },

  async discard(): Promise<void> {
    await (await openStore()).remove();
    answer({ kind: 'stored', work: null });
  },
};

function openStore(): Promise<LocalStore> {
  if (place === null) throw new Error('No phase was named.');
  return openLocalStore(`${place.challenge}--${place.phase}`);
}

const STEP_OF = { find: 'seal', check: 'check', seal: 'seal', upload: 'upload', discard: 'seal' } as const;

addEventListener('message', async ({ data }: MessageEvent<SealingRequest>) => {
  if (data.kind === 'pause') {
    running?.abort(PAUSED);
    return;
  }
  const own = new AbortController();
  running = own;
  try {
    await (steps[data.kind] as (request: SealingRequest, signal: AbortSignal) => Promise<void>)(
      data,
      own.signal,
    );
  } catch (error) {
    if (error === PAUSED || own.signal.aborted) answer({ kind: 'paused' });
    else answer({ kind: 'failed', step: STEP_OF[data.kind], message: sentenceOf(error) });
  }
});
