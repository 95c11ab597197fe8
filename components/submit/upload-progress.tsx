import { formatBytes, percent } from '#components/format/quantity.ts';
import { formatLongSpan } from '#components/format/time.ts';
import type { Sending } from './use-sending.ts';

/** Bytes, rate and time left; after the upload, what the server is doing. */
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
              {formatBytes(figures.sentBytes)} of {formatBytes(figures.totalBytes)}
            </span>
            <span>
              {figures.bytesPerSecond === null
                ? 'measuring speed'
                : `${formatBytes(figures.bytesPerSecond)}/s`}
            </span>
            {figures.leftMs === null ? null : <span>{formatLongSpan(figures.leftMs)} left</span>}
            <button type="button" className="linkish" onClick={cancel}>
              Cancel upload
            </button>
          </>
        ) : (
          <span role="status">
            {sending.step === 'sent'
              ? 'Submitted. Opening the submission page.'
              : 'Upload complete. The server verifies the checksum and queues the evaluation.'}
          </span>
        )}
      </p>
      {figures ? <p className="small muted">Keep this page open until the upload is complete.</p> : null}
    </div>
  );
}
