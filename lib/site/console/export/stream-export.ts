import { Readable } from 'node:stream';
import { csvCell } from '#lib/api/leaderboards/csv.ts';
import {
  EXPORT_FORMATS,
  EXPORT_TABLES,
  type ExportFormat,
  type ExportTable,
} from '#lib/api/pages/organizer/export.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Database } from '#lib/platform/database.ts';
import { findOrganized } from '#lib/site/console/organized-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';
import { exportSource } from './export-tables.ts';

/** So many rows are in memory at a time. */
const BATCH = 500;

export interface ExportedFile {
  name: string;
  type: string;
  text: ReadableStream<Uint8Array>;
}

/**
 * A table of a challenge as a file, read from the database while it is sent: "submissions.csv". For organizers. Throws
 * NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN.
 */
export async function streamExport(
  site: Site,
  slug: string,
  file: string,
  viewer: Viewer | null,
): Promise<ExportedFile> {
  const challenge = await findOrganized(site, slug, viewer, 'challenge.exportAll');
  const [table = '', format = ''] = file.split('.');
  const isKnown = Object.hasOwn(EXPORT_TABLES, table) && EXPORT_FORMATS.includes(format as ExportFormat);
  if (!isKnown || file.split('.').length !== 2)
    throw new DomainError('NOT_FOUND', 'There is no such export.');
  const rows = readRows(site.db, challenge.id, table as ExportTable);
  const text = format === 'csv' ? asCsv(rows) : asJson(rows);
  return {
    name: `${slug}-${file}`,
    type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    text: Readable.toWeb(Readable.from(encoded(text))) as ReadableStream<Uint8Array>,
  };
}

/** A row, with its columns in their order. */
type Row = Record<string, unknown>;

async function* readRows(db: Database, challengeId: string, table: ExportTable): AsyncGenerator<Row> {
  const { key, columns, from } = exportSource(table, challengeId);
  let after: string | null = null;
  while (true) {
    const behind: Prisma.Sql = after === null ? Prisma.empty : Prisma.sql`AND ${key} > ${after}`;
    // As JSON, so that the columns need no types here.
    const batch: { key: string; row: string }[] = await db.$queryRaw`
      SELECT exported.key, row_to_json(exported)::text AS row
      FROM (SELECT ${key} AS key, ${columns} FROM ${from} ${behind} ORDER BY 1 LIMIT ${BATCH}) exported
      ORDER BY exported.key`;
    for (const { row } of batch) {
      const { key: _key, ...rest } = JSON.parse(row) as Row;
      yield rest;
    }
    if (batch.length < BATCH) return;
    after = batch.at(-1)!.key;
  }
}

async function* asCsv(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const row of rows) {
    if (isFirst) yield `${Object.keys(row).map(csvCell).join(',')}\r\n`;
    isFirst = false;
    yield `${Object.values(row).map(cellOf).join(',')}\r\n`;
  }
}

function cellOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'string') return csvCell(value);
  return csvCell(JSON.stringify(value));
}

async function* asJson(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const row of rows) {
    yield `${separator}${JSON.stringify(row)}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const part of text) yield encoder.encode(part);
}
