import { parse } from 'csv-parse/sync';
import { CommandError } from '#cli/command.ts';

/** One row of a CSV file: its cells in the order of the columns that were asked for, and where it stands. */
export type CsvRow = (cells: readonly string[], line: number) => void;

/**
 * Reads a CSV file with a header row: commas, quotes, any line ends, a byte order mark, spaces around cells, blank lines.
 * Throws CommandError that names the file and the line.
 *
 * @param accept returns the names of the columns in the order in which a row gets them, or throws CommandError.
 */
export function readCsv(
  file: string,
  text: string,
  accept: (columns: readonly string[]) => readonly string[],
  onRow: CsvRow,
): void {
  let columns: string[] | null = null;
  let places: number[] = [];
  const onRecord = (record: string[], { lines }: { lines: number }) => {
    if (columns === null) {
      columns = record;
      places = accept(columns).map((name) => record.indexOf(name));
      return null;
    }
    if (record.length !== columns.length) {
      throw new CommandError(
        `${file}, line ${lines}: ${record.length} cells where the header has ${columns.length}. Quote cells that contain commas.`,
      );
    }
    onRow(
      places.map((place) => record[place]!),
      lines,
    );
    return null;
  };
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      // Files that two programs have written mix them.
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: onRecord,
    });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} can't be read as CSV: ${(error as Error).message}`);
  }
  if (columns === null) throw new CommandError(`${file} is empty. Its first line must name the columns.`);
}
