import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { CaseFinding, CaseTruth, CaseValue, DatasetCase } from '#cli/dataset/case.ts';
import { METADATA_FIELDS, parseMetadata } from '#cli/dataset/files/metadata.ts';
import { isUnknown, readTable, type Table } from '#cli/dataset/files/table.ts';
import type { Assembled } from './assemble.ts';

/** The table of a folder that has this layout. */
export const TABLE_NAMES = ['cases.csv', 'cases.tsv'] as const;

const COLUMN = /^(?<role>input|truth|stratum):(?<name>[a-z0-9]+(?:[-_][a-z0-9]+)*)$/i;
/** Kinds of files that a socket can have. A column with such a name in any row holds files. */
const FILE_NAME = /\.(nii|nii\.gz|mha|png|tiff?|csv|tsv|json|pdf|txt|zip)$/i;

interface Column {
  title: string;
  role: 'input' | 'truth' | 'stratum';
  name: string;
  holdsFiles: boolean;
}

export interface TableReading extends Assembled {
  inputSlugs: string[];
  truthSlugs: string[];
  notes: string[];
}

/**
 * A table with one row a case: `case`, `input:SLUG`, `truth:SLUG`, `stratum:NAME` and the columns of the metadata.
 * A cell is a path (relative to the table; several masks are separated by |) or a value. Throws CommandError.
 */
export async function readTableLayout(file: string): Promise<TableReading> {
  const table = await readTable(file);
  const columns = columnsOf(table);
  const slugs = (role: Column['role']) => columns.filter((one) => one.role === role).map(({ name }) => name);
  if (!table.columns.includes('case') || slugs('input').length === 0) {
    throw new CommandError(
      `The table ${file} needs a column "case" and a column "input:SLUG" for each input, for example input:t1-brain-mri. It has: ${table.columns.join(', ') || 'nothing'}.`,
    );
  }
  const known = new Set(['case', ...METADATA_FIELDS, ...columns.map(({ title }) => title)]);
  const others = table.columns.filter((column) => !known.has(column));
  const cases: DatasetCase[] = [];
  const refused = new Map<string, CaseFinding[]>();
  const seen = new Set<string>();
  for (const [at, row] of table.rows.entries()) {
    const name = row['case'] ?? '';
    if (name === '') throw new CommandError(`Row ${at + 2} of ${file} has no name in the column "case".`);
    if (seen.has(name)) throw new CommandError(`${file} has two rows for the case "${name}". Remove one.`);
    seen.add(name);
    const { found, findings } = readRow(name, row, columns, path.dirname(file));
    if (findings.length > 0) refused.set(name, findings);
    else cases.push(found);
  }
  return {
    cases: cases.sort((a, b) => (a.name < b.name ? -1 : 1)),
    refused,
    inputSlugs: slugs('input'),
    truthSlugs: slugs('truth'),
    notes: others.length === 0 ? [] : [`Columns that are not used: ${others.join(', ')}.`],
  };
}

function columnsOf({ columns, rows }: Table): Column[] {
  return columns.flatMap((title) => {
    const groups = COLUMN.exec(title)?.groups;
    if (!groups) return [];
    const role = groups['role']!.toLowerCase() as Column['role'];
    const holdsFiles = role !== 'stratum' && rows.some((row) => FILE_NAME.test(row[title] ?? ''));
    return [{ title, role, name: groups['name']!, holdsFiles }];
  });
}

function readRow(
  name: string,
  row: Readonly<Record<string, string>>,
  columns: readonly Column[],
  folder: string,
): { found: DatasetCase; findings: CaseFinding[] } {
  const found: DatasetCase = {
    name,
    inputs: {},
    truths: {},
    values: {},
    metadata: parseMetadata(row['CENTER'], row['CHRONICITY'], row['DAYS_POST_STROKE']),
    strata: {},
  };
  const findings: CaseFinding[] = [];
  for (const { title, role, name: slug, holdsFiles } of columns) {
    const cell = row[title];
    if (cell === undefined || isUnknown(cell)) continue;
    if (role === 'stratum') found.strata[slug] = cell;
    else if (!holdsFiles) {
      if (role === 'input') found.values[slug] = parseValue(cell);
      else found.truths[slug] = { value: parseValue(cell) };
    } else {
      const paths = cell.split('|').map((part) => path.resolve(folder, part.trim()));
      findings.push(...fileFindings(slug, role, paths));
      if (role === 'input') found.inputs[slug] = { path: paths[0]! };
      else found.truths[slug] = { paths, on: null } satisfies CaseTruth;
    }
  }
  if (Object.keys(found.inputs).length + Object.keys(found.values).length === 0) {
    findings.push({ slug: null, file: null, message: 'its row has no input. Fill in a column "input:…"' });
  }
  return { found, findings };
}

function fileFindings(slug: string, role: 'input' | 'truth', paths: readonly string[]): CaseFinding[] {
  const missing = paths.filter((file) => !existsSync(file));
  const findings = missing.map((file) => ({
    slug,
    file,
    message: `${file} doesn’t exist. Correct the path in the column ${role}:${slug}`,
  }));
  if (role === 'input' && paths.length > 1) {
    findings.push({
      slug,
      file: paths[0]!,
      message: `the column input:${slug} holds several files. Keep one`,
    });
  }
  return findings;
}

/** Numbers and true or false in JSON's notation are values of that kind; everything else is text. */
function parseValue(cell: string): CaseValue {
  if (/^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  return /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}
