/**
 * Progress of a long task on stderr: redrawn in place on a terminal, otherwise a new line every few seconds, so
 * that a log stays readable.
 */
export interface Progress {
  update(text: string): void;
  /** Replaces the line with `text` and the elapsed time. */
  done(text: string): void;
}

const REDRAW_MS = 100;
const LOG_LINE_MS = 5000;

export function startProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const startedAt = performance.now();
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    update(text) {
      const now = performance.now();
      if (now - lastAt < (stream.isTTY ? REDRAW_MS : LOG_LINE_MS)) return;
      lastAt = now;
      stream.write(stream.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
    },
    done(text) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${text} (${seconds} s)\n`);
    },
  };
}

/** "1.2 MB of 40 MB uploaded, 3%" */
export function uploadText(sentBytes: number, totalBytes: number): string {
  const percent = Math.floor((100 * sentBytes) / totalBytes);
  return `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)} uploaded, ${percent}%`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`;
}
