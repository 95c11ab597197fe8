import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';
import type { ListedFile } from './list-files.ts';
import { isUnknown, readTable, type Table } from './table.ts';

/**
 * Metadata from the tables of a data set: participants.tsv of BIDS, and the tables that ATLAS and others ship under
 * many names. A table counts if it has a column of subjects and at least one of site, chronicity and days.
 */
export interface MetadataTables {
  /** Metadata of a case; everything null if no table has a row for it. */
  of(subject: string, session: string | null): CaseMetadata;
  notes(): string[];
}

export const UNKNOWN_METADATA: CaseMetadata = { CENTER: null, CHRONICITY: null, DAYS_POST_STROKE: null };

/** Names of columns, in lower case without anything but letters and digits; the first one that exists counts. */
const COLUMNS = {
  subject: [
    'participantid',
    'subjectid',
    'bidsid',
    'bidssubjectid',
    'indisubjectid',
    'subject',
    'sub',
    'caseid',
    'case',
    'id',
  ],
  session: ['sessionid', 'session', 'ses', 'timepoint', 'visit'],
  CENTER: ['center', 'centre', 'site', 'siteid', 'indisiteid', 'cohort'],
  CHRONICITY: ['chronicity', 'strokechronicity', 'chronic'],
  DAYS_POST_STROKE: ['dayspoststroke', 'dayssincestroke', 'daysafterstroke', 'dayspost', 'dps'],
} as const;
type Field = keyof typeof COLUMNS;
export const METADATA_FIELDS = ['CENTER', 'CHRONICITY', 'DAYS_POST_STROKE'] as const;

interface Row {
  session: string | null;
  metadata: CaseMetadata;
}

/** Reads the tables at most two folders deep; participants.tsv counts first. Throws CommandError. */
export async function readMetadata(files: readonly ListedFile[]): Promise<MetadataTables> {
  const candidates = files.filter(
    ({ relative }) => /\.(csv|tsv|txt)$/i.test(relative) && relative.split('/').length <= 3,
  );
  const notes = files
    .filter(({ relative }) => /\.xlsx?$/i.test(relative) && relative.split('/').length <= 3)
    .map(({ relative }) => `${relative} is not read. Save it as CSV to use its metadata.`);
  const first = (file: ListedFile) => (file.base.toLowerCase() === 'participants.tsv' ? 0 : 1);
  const rows = new Map<string, Row[]>();
  const tables: string[] = [];
  for (const file of candidates.sort((a, b) => first(a) - first(b))) {
    const table = await readTable(file.path);
    const columns = columnsOf(table);
    if (columns.subject === undefined || !METADATA_FIELDS.some((field) => columns[field] !== undefined))
      continue;
    tables.push(file.relative);
    notes.push(...addRows(rows, table, columns, file.relative));
  }
  const without: string[] = [];
  const used = new Set<string>();
  return {
    of(subject, session) {
      const found = rowOf(rows, subject, session);
      if (found) used.add(subjectKey(subject));
      else if (tables.length > 0) without.push(session === null ? subject : `${subject}, session ${session}`);
      return found?.metadata ?? UNKNOWN_METADATA;
    },
    notes() {
      const unused = [...rows.keys()].filter((subject) => !used.has(subject)).length;
      return [
        ...notes,
        ...(tables.length === 0 ? [] : [`Metadata from ${tables.join(', ')}.`]),
        ...(without.length === 0 ? [] : [`No row of metadata for ${listed(without)}.`]),
        ...(unused === 0 ? [] : [`${unused} subjects of the tables have no scan here.`]),
      ];
    },
  };
}

function listed(names: readonly string[]): string {
  return names.length <= 5
    ? names.join('; ')
    : `${names.slice(0, 5).join('; ')} and ${names.length - 5} more`;
}

function columnsOf(table: Table): Partial<Record<Field, string>> {
  const byName = new Map(
    table.columns.map((column) => [column.toLowerCase().replace(/[^a-z0-9]/g, ''), column]),
  );
  const found: Partial<Record<Field, string>> = {};
  for (const [field, names] of Object.entries(COLUMNS) as [Field, readonly string[]][]) {
    const column = names.map((name) => byName.get(name)).find((name) => name !== undefined);
    if (column !== undefined) found[field] = column;
  }
  return found;
}

function addRows(
  rows: Map<string, Row[]>,
  table: Table,
  columns: Partial<Record<Field, string>>,
  file: string,
): string[] {
  const notes: string[] = [];
  const seen = new Map<string, CaseMetadata>();
  for (const record of table.rows) {
    const cell = (field: Field) => (columns[field] === undefined ? undefined : record[columns[field]]);
    const subject = subjectKey(cell('subject') ?? '');
    if (subject === '') continue;
    const session = isUnknown(cell('session')) ? null : sessionKey(cell('session')!);
    const metadata = parseMetadata(cell('CENTER'), cell('CHRONICITY'), cell('DAYS_POST_STROKE'));
    const key = `${subject} ${session}`;
    const earlier = seen.get(key);
    if (earlier && JSON.stringify(earlier) !== JSON.stringify(metadata)) {
      notes.push(
        `${file} has several rows for ${record[columns.subject!]} that differ. The first one counts.`,
      );
    }
    if (earlier) continue;
    seen.set(key, metadata);
    rows.set(subject, [...(rows.get(subject) ?? []), { session, metadata }]);
  }
  return notes;
}

/** The row of the session, or the one of the subject as a whole. What the first table leaves open, others say. */
function rowOf(rows: ReadonlyMap<string, Row[]>, subject: string, session: string | null): Row | null {
  const all = rows.get(subjectKey(subject)) ?? [];
  const key = session === null ? null : sessionKey(session);
  const fitting = [
    ...all.filter((row) => row.session !== null && row.session === key),
    ...all.filter((row) => row.session === null || key === null),
  ];
  if (fitting.length === 0) return null;
  const pick = <F extends keyof CaseMetadata>(field: F) =>
    fitting.map(({ metadata }) => metadata[field]).find((value) => value !== null) ?? null;
  return {
    session: key,
    metadata: {
      CENTER: pick('CENTER'),
      CHRONICITY: pick('CHRONICITY'),
      DAYS_POST_STROKE: pick('DAYS_POST_STROKE'),
    } as CaseMetadata,
  };
}

/** Blank, n/a and NaN mean unknown, and so do days ≤ 0, as in ATLAS R3.0. */
export function parseMetadata(
  center: string | undefined,
  chronicity: string | undefined,
  days: string | undefined,
): CaseMetadata {
  const number = isUnknown(days) ? Number.NaN : Number(days);
  return {
    CENTER: isUnknown(center) ? null : center!,
    // pandas writes a column of 1 and blank as 1.0.
    CHRONICITY: isUnknown(chronicity) ? null : chronicity!.replace(/^(\d+)\.0+$/, '$1'),
    DAYS_POST_STROKE: Number.isFinite(number) && number > 0 ? number : null,
  };
}

/** `sub-r001s001` and `r001s001` are one subject. */
function subjectKey(subject: string): string {
  return subject.trim().normalize('NFC').replace(/^sub-/i, '').toLowerCase();
}

/** `ses-1`, `1` and `1.0` are one session, and so are `t01` and `1`. */
function sessionKey(session: string): string {
  return session
    .trim()
    .toLowerCase()
    .replace(/^(ses-|t(?=\d))/, '')
    .replace(/\.0+$/, '')
    .replace(/^0+(?=\d)/, '');
}
