/** Progress figures of an upload, from the browser’s progress events. */

export interface UploadSample {
  atMs: number;
  sentBytes: number;
}

export interface UploadFigures {
  sentBytes: number;
  totalBytes: number;
  /** Over the last five seconds; null until there are two samples. */
  bytesPerSecond: number | null;
  /** null while the rate is unknown or zero. */
  leftMs: number | null;
}

const WINDOW_MS = 5000;

/** Keeps the samples of the last five seconds, and at least two, so that a stalled upload shows a falling rate. */
export function addSample(samples: readonly UploadSample[], sample: UploadSample): UploadSample[] {
  const recent = samples.filter((entry) => sample.atMs - entry.atMs <= WINDOW_MS);
  const kept = recent.length > 0 ? recent : samples.slice(-1);
  return [...kept, sample];
}

export function uploadFigures(samples: readonly UploadSample[], totalBytes: number): UploadFigures {
  const first = samples[0];
  const last = samples.at(-1);
  const sentBytes = last?.sentBytes ?? 0;
  if (!first || !last || last.atMs <= first.atMs)
    return { sentBytes, totalBytes, bytesPerSecond: null, leftMs: null };
  const bytesPerSecond = ((last.sentBytes - first.sentBytes) / (last.atMs - first.atMs)) * 1000;
  const leftMs = bytesPerSecond > 0 ? ((totalBytes - sentBytes) / bytesPerSecond) * 1000 : null;
  return { sentBytes, totalBytes, bytesPerSecond, leftMs };
}
