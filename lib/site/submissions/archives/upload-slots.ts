import type { ArchiveKind } from '#lib/api/archives.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import type { Site } from '#lib/site/site.ts';

/** Limit per team and kind on archives that no submission uses, to save disk space. */
const MAX_UNUSED = 10;
/** A slot whose process has ended is free again after this time. */
const EXPIRES_MS = 120_000;
const RENEW_MS = 30_000;

/** A place among the archives that a team may have unused, taken while one of them arrives. */
export interface UploadSlot {
  /** Frees it in the transaction that creates the archive’s row, which counts from then on. */
  release(tx: Transaction): Promise<void>;
}

interface Upload {
  teamId: string;
  kind: ArchiveKind;
  /** The archive is stored already, so it doesn’t count, except among those that arrive at the moment. */
  isRepeated: boolean;
}

/**
 * Receives an archive unless the team has too many unused ones, including those that arrive at the moment in any
 * process of the site. Throws CONFLICT.
 */
export async function withUploadSlot<T>(
  site: Pick<Site, 'db' | 'now' | 'log'>,
  upload: Upload,
  receive: (slot: UploadSlot) => Promise<T>,
): Promise<T> {
  const { db, now, log } = site;
  const where = { id: await takeSlot(site, upload) };
  const renew = () => db.uploadSlot.updateMany({ where, data: { expiresAt: expiryAfter(now()) } });
  const onError = (err: unknown) => log.error({ err }, 'an upload slot was not renewed');
  const renewal = setInterval(() => void renew().catch(onError), RENEW_MS);
  const release = async (tx: Transaction) => {
    // So that nobody counts the archive twice, or not at all.
    await lockUntilCommit(tx, lockOf(upload));
    await tx.uploadSlot.deleteMany({ where });
  };
  try {
    return await receive({ release });
  } finally {
    clearInterval(renewal);
    await db.uploadSlot.deleteMany({ where });
  }
}

async function takeSlot({ db, now }: Pick<Site, 'db' | 'now'>, upload: Upload): Promise<string> {
  const { teamId, kind, isRepeated } = upload;
  return db.$transaction(async (tx) => {
    await lockUntilCommit(tx, lockOf(upload));
    const at = now();
    await tx.uploadSlot.deleteMany({ where: { teamId, kind, expiresAt: { lte: at } } });
    const arriving = await tx.uploadSlot.count({ where: { teamId, kind } });
    const unused = arriving + (isRepeated ? 0 : await countUnused(tx, teamId, kind));
    if (unused >= MAX_UNUSED) {
      throw new DomainError(
        'CONFLICT',
        `Your team has uploaded ${unused} ${kind} archives that no submission uses. Submit one of them before you upload more.`,
      );
    }
    const data = { teamId, kind, expiresAt: expiryAfter(at) };
    return (await tx.uploadSlot.create({ data, select: { id: true } })).id;
  });
}

function lockOf({ teamId, kind }: Upload): string {
  return `${kind} uploads of ${teamId}`;
}

function countUnused(tx: Transaction, teamId: string, kind: ArchiveKind): Promise<number> {
  const where = { teamId, submissions: { none: {} } };
  return kind === 'image' ? tx.image.count({ where }) : tx.modelArchive.count({ where });
}

function expiryAfter(at: Date): Date {
  return new Date(at.getTime() + EXPIRES_MS);
}
