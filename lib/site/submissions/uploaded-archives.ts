import type { ArchiveKind, UploadedArchive } from '#lib/api/archives.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Database } from '#lib/platform/database.ts';
import { requireMembership } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** Limit of the list; older archives can still be used by ID. */
const MAX_LISTED = 20;

/** A team's archives, latest first; of several with the same content only the latest. For its members. */
export async function listArchives(
  { db }: Site,
  kind: ArchiveKind,
  teamSlug: string,
  viewer: Viewer | null,
): Promise<UploadedArchive[]> {
  return readUploadedArchives(db, kind, requireMembership(viewer, teamSlug).id);
}

export async function readUploadedArchives(
  db: Database,
  kind: ArchiveKind,
  teamId: string,
): Promise<UploadedArchive[]> {
  const latest = { orderBy: { createdAt: 'desc' }, take: 1, select: { algorithm: true } } as const;
  const query = {
    where: { teamId },
    orderBy: { createdAt: 'desc' },
    distinct: ['sha256'],
    take: MAX_LISTED,
    include: { submissions: latest },
  } satisfies Parameters<typeof db.image.findMany>[0];
  const rows = await (kind === 'image' ? db.image.findMany(query) : db.modelArchive.findMany(query));
  return rows.map(({ id, fileName, bytes, sha256, createdAt, submissions }) => ({
    id,
    fileName,
    bytes: Number(bytes),
    sha256,
    uploadedAt: createdAt.toISOString(),
    algorithm: submissions[0]?.algorithm ?? null,
  }));
}
