import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A value of a column. A record becomes JSON, a list of texts a text[]. */
export type CopyValue =
  | string
  | number
  | bigint
  | Date
  | Uint8Array
  | null
  | readonly string[]
  | Readonly<Record<string, unknown>>;

export interface CopyStream {
  /** Resolves when more rows may be written. */
  write(rows: readonly (readonly CopyValue[])[]): Promise<void>;
  /** Resolves when all rows are stored. */
  end(): Promise<void>;
}

/** Starts a COPY into a table; the connection can do nothing else until its end. */
export function openCopy(client: pg.Client, table: string, columns: readonly string[]): CopyStream {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const stream = client.query(copyFrom(`COPY "${table}" (${names}) FROM STDIN`));
  const ended = finished(stream);
  // Whoever writes or ends gets the error.
  ended.catch(() => undefined);
  return {
    async write(rows) {
      const text = rows.map((row) => `${row.map(copyText).join('\t')}\n`).join('');
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), ended]);
    },
    async end() {
      stream.end();
      await ended;
    },
  };
}

/** A value in COPY's text format. */
export function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return escapeText(`{${value.map((item) => JSON.stringify(item)).join(',')}}`);
  return escapeText(typeof value === 'string' ? value : JSON.stringify(value));
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeText(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (found) => ESCAPES[found]!) : text;
}
