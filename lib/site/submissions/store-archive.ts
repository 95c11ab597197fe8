import {
  type ArchiveKind,
  type StoredArchive,
  uploadLengthSchema,
  uploadSha256Schema,
} from '#lib/api/archives.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { tooLarge } from '#lib/platform/storage/store.ts';
import { requireMembership } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { requireQuota, requireSubmissionAllowed } from './create-submission.ts';
import { requireArchive } from './sniff-archive.ts';

export interface ArchiveUpload {
  team: string;
  challenge: string;
  phase: string;
  fileName: string;
  chunks: AsyncIterable<Uint8Array>;
  /** Content-Length. */
  expectedBytes: number | undefined;
  /** SHA-256 that the sender declared, if any. */
  expectedSha256: string | undefined;
}

/** Limit per kind on archives that a team has uploaded but not submitted, to save disk space. */
const MAX_UNUSED = 10;

/**
 * Streams an uploaded archive into the store. Checks everything that it can before reading the content.
 * Images and models have the same size limit.
 */
export async function storeArchive(
  site: Site,
  kind: ArchiveKind,
  { team: teamSlug, challenge: slug, phase: phaseSlug, ...upload }: ArchiveUpload,
  viewer: Viewer | null,
): Promise<StoredArchive> {
  const team = requireMembership(viewer, teamSlug);
  const challenge = await findChallenge(site, slug);
  const phase = findPhase(challenge, phaseSlug);
  await requireSubmissionAllowed(site, phase, team.id);
  await requireQuota(site.db, phase, team.id, site.now());
  const expectedBytes = parseInput(uploadLengthSchema, upload.expectedBytes);
  const expectedSha256 = parseInput(uploadSha256Schema, upload.expectedSha256);
  const maxBytes = phase.limits.imageMib * 2 ** 20;
  if (expectedBytes > maxBytes) throw tooLarge(maxBytes);
  return limitUnusedUploads(site, kind, team.id, async () => {
    const { sha256, bytes } = await site.store.put(requireArchive(upload.chunks, kind), {
      maxBytes,
      expectedBytes,
      expectedSha256,
    });
    const fileName = plainFileName(upload.fileName) || kind;
    const data = { teamId: team.id, fileName, bytes, sha256 };
    const select = { id: true };
    const { id } =
      kind === 'image'
        ? await site.db.image.create({ data, select })
        : await site.db.modelArchive.create({ data, select });
    return { id, fileName, bytes, sha256 };
  });
}

/** Receives an archive unless the team has too many unsubmitted ones, including uploads in progress. */
function limitUnusedUploads<T>(
  { db, uploads }: Site,
  kind: ArchiveKind,
  teamId: string,
  receive: () => Promise<T>,
): Promise<T> {
  return uploads.during(teamId, kind, async (countOthers) => {
    const where = { teamId, submissions: { none: {} } };
    const stored = await (kind === 'image' ? db.image.count({ where }) : db.modelArchive.count({ where }));
    const unused = stored + countOthers();
    if (unused < MAX_UNUSED) return receive();
    throw new DomainError(
      'CONFLICT',
      `Your team has uploaded ${unused} ${kind} archives that no submission uses. Submit one of them before you upload more.`,
    );
  });
}

/**
 * A file name for display, never a path: its last part without control characters, at most 200 characters.
 */
function plainFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, 200);
}
