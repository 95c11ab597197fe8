import type { ArchiveKind, UploadedArchive } from '#lib/api/archives.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ListQuery } from '#lib/api/values.ts';
import type { Database } from '#lib/platform/database.ts';
import { authorizeForTeam } from '#lib/site/authorization.ts';
import { newestFirst, readPage, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of a list of archives, with `next` as in every list of the API. */
export interface ArchivePage {
  archives: UploadedArchive[];
  next: string | null;
}

/** A team's archives, latest first; of several with the same content only the latest. For its members. */
export async function listArchives(
  { db }: Site,
  kind: ArchiveKind,
  { team, ...query }: ListQuery & { team: string },
  viewer: Viewer | null,
): Promise<ArchivePage> {
  const { id } = authorizeForTeam('archive.list', viewer, team).team;
  return readUploadedArchives(db, kind, id, query);
}

export async function readUploadedArchives(
  db: Database,
  kind: ArchiveKind,
  teamId: string,
  query: ListQuery,
): Promise<ArchivePage> {
  const { rows, next } = await readPage(
    query,
    (slice) => findArchives(db, kind, teamId, slice),
    ({ id }) => id,
  );
  const archives = rows.map(({ bytes, createdAt, ...row }) => ({
    ...row,
    bytes: Number(bytes),
    uploadedAt: createdAt.toISOString(),
  }));
  return { archives, next };
}

interface Row {
  id: string;
  fileName: string;
  bytes: bigint;
  sha256: string;
  createdAt: Date;
  algorithm: string | null;
}

/** In SQL, because Prisma would read all archives of the team to find those with the same content. */
function findArchives(db: Database, kind: ArchiveKind, teamId: string, slice: Slice): Promise<Row[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`archive.id`, slice);
  const isImage = kind === 'image';
  const table = isImage ? Prisma.sql`"Image"` : Prisma.sql`"ModelArchive"`;
  const column = isImage ? Prisma.sql`"imageId"` : Prisma.sql`"modelId"`;
  return db.$queryRaw<Row[]>`
    SELECT archive.id, archive."fileName", archive.bytes, archive.sha256, archive."createdAt", (
        SELECT submission.algorithm FROM "Submission" submission
        WHERE submission.${column} = archive.id AND submission.standing <> 'REHEARSAL' ORDER BY submission.id DESC LIMIT 1
      ) AS algorithm
    FROM ${table} archive
    WHERE archive."teamId" = ${teamId}::uuid AND ${isInSlice} AND NOT EXISTS (
      SELECT 1 FROM ${table} later
      WHERE later."teamId" = archive."teamId" AND later.sha256 = archive.sha256 AND later.id > archive.id)
    ${firstOfSlice}`;
}
