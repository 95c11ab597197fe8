import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { CommandError } from '#cli/command.ts';

/** A table as text: its columns as they are written, and one record per row. */
export interface Table {
  file: string;
  columns: readonly string[];
  rows: readonly Readonly<Record<string, string>>[];
}

const DELIMITERS = ['\t', ';', ','] as const;

/**
 * Reads a table with a header: tabs, semicolons or commas (whichever the header has most of), quotes, any line ends,
 * UTF-8 with or without a byte order mark, UTF-16 as Excel writes "Unicode text", or Windows-1252. Decimal commas
 * become points where semicolons separate. Throws CommandError that names the file, and the row.
 */
export async function readTable(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new CommandError(`The table ${file} can't be read: ${error.message}`);
  });
  const text = decode(bytes);
  const header = text.slice(0, text.search(/\r|\n|$/));
  const delimiter = DELIMITERS.reduce((best, one) => (count(header, one) > count(header, best) ? one : best));
  const records = parseRecords(file, text, delimiter);
  const columns = (records[0] ?? []).map((column) => column.trim());
  const twice = columns.find((column, at) => column !== '' && columns.indexOf(column) !== at);
  if (twice !== undefined) {
    throw new CommandError(`The table ${file} has two columns "${twice}". Rename or remove one.`);
  }
  const rows = records
    .slice(1)
    .filter((cells) => cells.some((cell) => cell.trim() !== ''))
    .map((cells) =>
      Object.fromEntries(columns.map((column, at) => [column, cleaned(cells[at] ?? '', delimiter)])),
    );
  return { file, columns: columns.filter((column) => column !== ''), rows };
}

function parseRecords(file: string, text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      // One row may end with fewer or more cells than the header; the missing ones are blank.
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // Files that two programs have written mix them.
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as string[][];
  } catch (error) {
    throw new CommandError(`The table ${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    // Drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function cleaned(cell: string, delimiter: string): string {
  const text = cell.trim().normalize('NFC');
  return delimiter === ';' && /^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Whether a cell means that nothing is known. */
export function isUnknown(cell: string | undefined): boolean {
  return cell === undefined || /^(|n\/?a|nan|null|none|unknown|-)$/i.test(cell.trim());
}
