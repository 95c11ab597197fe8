import { randomBytes } from 'node:crypto';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Database } from '#lib/platform/database.ts';
import { type DataKeys, openDataKeys } from '#lib/site/datasets/data-keys.ts';
import type { Site } from '#lib/site/site.ts';

/** The key of an account that downloads are encrypted for, opened. */
export interface DownloadKey {
  id: string;
  /** 32 bytes (key-material.ts). */
  secret: Uint8Array;
  /** age1… of their own, or null for the one that is derived. */
  recipient: string | null;
  createdAt: Date;
  replacedAt: Date | null;
}

interface Row extends DownloadKey {
  dataKeyId: string;
}

export function openKey(keys: DataKeys, { dataKeyId, ...row }: Row): DownloadKey {
  const { id, recipient, createdAt, replacedAt } = row;
  const secret = keys.unwrap({ dataKeyId, fileKey: row.secret });
  return { id, secret, recipient, createdAt, replacedAt };
}

/** Columns of a new key. */
export function newKey(keys: DataKeys, userId: string, recipient: string | null) {
  const { dataKeyId, fileKey: secret } = keys.wrap(randomBytes(32));
  return { userId, secret, dataKeyId, recipient };
}

/** The key of the account, created on first use. Throws NOT_SIGNED_IN. */
export async function ownKey(site: Site, viewer: Viewer | null): Promise<DownloadKey> {
  if (!viewer)
    throw new DomainError('NOT_SIGNED_IN', 'Sign in: a download is encrypted for the key of your account.');
  return await keyOf(site.db, await openDataKeys(site.environment.dataKeyFile), viewer.userId);
}

/** The key of an account, created on first use. */
export async function keyOf(db: Database, keys: DataKeys, userId: string): Promise<DownloadKey> {
  const find = () => db.downloadKey.findFirst({ where: { userId, replacedAt: null } });
  const found = await find();
  if (found) return openKey(keys, found);
  // Two at once: the index lets one of them through, and both get that one.
  await db.downloadKey.createMany({ data: newKey(keys, userId, null), skipDuplicates: true });
  return openKey(keys, (await find())!);
}
