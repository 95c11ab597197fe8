import {
  type ArchiveKind,
  type StoredArchive,
  storedArchiveSchema,
  uploadLengthSchema,
  uploadSha256Schema,
} from '#lib/api/archives.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { tooLarge } from '#lib/platform/storage/store.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForTeam, may } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { admitSubmission, requireQuota } from '#lib/site/submissions/may-submit.ts';
import { requireActiveTeam } from '#lib/site/teams/team-lock.ts';
import { requireArchive } from './sniff-archive.ts';
import { withUploadSlot } from './upload-slots.ts';

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

/**
 * Streams an uploaded archive into the store. Checks everything that it can before reading the content.
 * Images and models have the same size limit. `key` is the request’s idempotency key: the same file sent again
 * with it is read, because its content is part of the request, but not stored twice.
 */
export async function storeArchive(
  site: Site,
  kind: ArchiveKind,
  { team: teamSlug, challenge: slug, phase: phaseSlug, ...upload }: ArchiveUpload,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<StoredArchive> {
  const { viewer: member, team } = authorizeForTeam('archive.upload', viewer, teamSlug);
  const { userId } = member;
  const challenge = await findChallenge(site, slug, viewer);
  const phase = findPhase(challenge, phaseSlug);
  const isRepeated = await isRepetition(site, { userId, key });
  const startedAt = site.now();
  if (!isRepeated) {
    const mayRehearse = may('phase.rehearse', viewer, { challenge });
    const standing = await admitSubmission({ db: site.db, now: startedAt, mayRehearse }, phase, team.id);
    if (standing !== 'REHEARSAL') await requireQuota(site.db, phase, team.id, startedAt);
    await consumeAttempt(site, RATE_LIMITS.uploadByAccount, userId);
  }
  const expectedBytes = parseInput(uploadLengthSchema, upload.expectedBytes);
  const expectedSha256 = parseInput(uploadSha256Schema, upload.expectedSha256);
  const maxBytes = phase.limits.imageMib * 2 ** 20;
  if (expectedBytes > maxBytes) throw tooLarge(maxBytes);
  const fileName = plainFileName(upload.fileName) || kind;
  return withUploadSlot(site, { teamId: team.id, kind, isRepeated }, async (slot) => {
    const stage = site.store.stage();
    try {
      const limits = { maxBytes, expectedBytes, expectedSha256 };
      const { sha256, bytes } = await stage.put(requireArchive(upload.chunks, kind), limits);
      const archive = { teamId: team.id, fileName, bytes, sha256 };
      const operation = `${kind}.upload` as const;
      const creation = { userId, key, operation, payload: archive, result: storedArchiveSchema };
      return await createOnce(site, creation, async (tx) => {
        // The file first: without a row it only wastes space, but a row without its file would be unusable.
        await stage.keep();
        await requireActiveTeam(tx, team.id);
        await slot.release(tx);
        const row = { ...archive, startedAt, createdAt: site.now() };
        const id = await createRow(tx, kind, row);
        const detail = { team: team.slug, [kind]: id, bytes, sha256 };
        await recordAudit(tx, member, 'archive.upload', phase.challengeId, detail);
        return { id, fileName, bytes, sha256 };
      });
    } finally {
      await stage.discard();
    }
  });
}

interface ArchiveRow {
  teamId: string;
  fileName: string;
  bytes: number;
  sha256: string;
  startedAt: Date;
  createdAt: Date;
}

async function createRow(tx: Transaction, kind: ArchiveKind, data: ArchiveRow): Promise<string> {
  const select = { id: true };
  const { id } =
    kind === 'image'
      ? await tx.image.create({ data, select })
      : await tx.modelArchive.create({ data, select });
  return id;
}

/**
 * A file name for display, never a path: its last part without control characters, at most 200 characters.
 */
export function plainFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, 200);
}
