import { formatBytes, percent } from '#components/format/quantity.ts';
import type { SealingStep } from '#lib/domain/test-sets/browser-sealing.ts';
import type { SealingState } from './use-sealing.ts';

const LABELS: Readonly<Record<SealingStep, string>> = {
  check: 'Checking cases',
  seal: 'Sealing cases',
  fingerprint: 'Computing the fingerprint',
  upload: 'Uploading the sealed set',
};

export function progressText(step: SealingStep, done: number, total: number): string {
  if (step === 'check') return `${done} of ${total} cases checked`;
  if (step === 'seal') return `${done} of ${total} cases sealed`;
  const what = step === 'upload' ? 'uploaded' : 'read for the fingerprint';
  return `${formatBytes(done)} of ${formatBytes(total)} ${what}`;
}

/** What the worker is doing, n of N, with a way to stop it. */
export function SealingProgress({
  running: { step, done, total, isPausing },
  pause,
}: {
  running: Extract<SealingState, { is: 'running' }>;
  pause: () => void;
}) {
  const share = total > 0 ? percent(done, total) : 0;
  const isWaiting = step === 'upload' && total > 0 && done === total;
  return (
    <div className="upload">
      <div
        className="track"
        role="progressbar"
        aria-label={LABELS[step]}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share)}
      >
        <i style={{ width: `${share.toFixed(2)}%` }} />
      </div>
      <p className="figures">
        <span role="status">
          {total === 0
            ? LABELS[step]
            : isWaiting
              ? 'Uploaded. The site checks the set.'
              : progressText(step, done, total)}
        </span>
        <button type="button" className="linkish" onClick={pause} disabled={isPausing}>
          {isPausing ? 'Stopping after this case' : step === 'check' ? 'Stop' : 'Pause'}
        </button>
      </p>
      {step === 'check' ? null : (
        <p className="small muted">
          If you close this page, come back to it in this browser and continue: sealed cases and uploaded
          parts are kept.
        </p>
      )}
    </div>
  );
}
