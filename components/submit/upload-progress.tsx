import { bytes, percent } from '#components/format/quantity.ts';
import { longSpan } from '#components/format/time.ts';
import type { Sending } from './use-sending.ts';

/** Bytes, rate and time left; then what the server is doing with what it has. */
export function UploadProgress({ sending, cancel }: { sending: Sending; cancel: () => void }) {
  if (sending.step === 'idle' || sending.step === 'refused') return null;
  const figures = sending.step === 'uploading' ? sending.figures : null;
  const share = figures ? percent(figures.sentBytes, figures.totalBytes) : 100;
  return (
    <div className="upload">
      <div
        className="track"
        role="progressbar"
        aria-label="Upload"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share)}
      >
        <i style={{ width: `${share.toFixed(2)}%` }} />
      </div>
      <p className="figures">
        {figures ? (
          <>
            <span>
              {sending.step === 'uploading' && sending.kind === 'model' ? 'Model' : 'Image'}:{' '}
              {bytes(figures.sentBytes)} of {bytes(figures.totalBytes)}
            </span>
            <span>
              {figures.bytesPerSecond === null ? 'measuring the rate' : `${bytes(figures.bytesPerSecond)}/s`}
            </span>
            {figures.leftMs === null ? null : <span>{longSpan(figures.leftMs)} left</span>}
            <button type="button" className="linkish" onClick={cancel}>
              Cancel
            </button>
          </>
        ) : (
          <span role="status">
            {sending.step === 'sent'
              ? 'Submitted. Opening its page.'
              : 'Every byte is there. The server checks the hash and queues the evaluation.'}
          </span>
        )}
      </p>
      {figures ? <p className="small muted">Stay on this page until everything is there.</p> : null}
    </div>
  );
}
