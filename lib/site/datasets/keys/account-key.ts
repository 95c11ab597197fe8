import { z } from 'zod';
import type { DownloadKeyView } from '#lib/api/pages/account.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { DownloadForm } from '#lib/domain/datasets/download-form.ts';
import { parseRecipient } from '#lib/platform/encryption/age-keys.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { confirmPassword } from '#lib/site/accounts/sign-in.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { openDataKeys } from '#lib/site/datasets/data-keys.ts';
import { inForm } from '#lib/site/datasets/delivery/in-form.ts';
import { ofBytes } from '#lib/site/datasets/delivery/virtual-file.ts';
import type { Offer } from '#lib/site/datasets/download.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { keyMaterial } from './key-material.ts';
import { type DownloadKey, newKey, openKey, ownKey } from './own-key.ts';

/** What one sees, tests and changes of one’s own download key, on its page in the account. */

const passwordSchema = z.string().max(200);
const showSchema = z.strictObject({ password: passwordSchema });
const replaceSchema = z.strictObject({
  password: passwordSchema,
  /** Empty for an identity that we make. */
  recipient: z
    .string()
    .trim()
    .max(200)
    .refine((text) => text === '' || parseRecipient(text) !== null, {
      error:
        'This isn’t an age recipient. Enter the line that begins with age1, as age-keygen prints it, not the secret key.',
    }),
});

export async function downloadKeyView(site: Site, viewer: Viewer | null): Promise<DownloadKeyView> {
  const { userId } = authorize('account.read', viewer);
  const rows = await site.db.downloadKey.findMany({
    where: { userId },
    select: { createdAt: true, recipient: true, replacedAt: true },
  });
  const current = rows.find(({ replacedAt }) => replacedAt === null);
  return {
    createdAt: current?.createdAt.toISOString() ?? null,
    ownRecipient: current?.recipient ?? null,
    earlierKeys: rows.filter(({ replacedAt }) => replacedAt !== null).length,
  };
}

/**
 * The key, and those that it replaced, as a file of identities for age, with the rest in comments. Asks for the password
 * again, because a key outlives the session.
 */
export async function showDownloadKey(site: Site, input: unknown, viewer: Viewer | null): Promise<string> {
  const known = authorize('account.change', viewer);
  const { password } = parseInput(showSchema, input);
  await confirmPassword(site, known, 'password', password);
  await ownKey(site, known);
  const rows = await site.db.downloadKey.findMany({
    where: { userId: known.userId },
    orderBy: { id: 'desc' },
  });
  const keys = await openDataKeys(site.environment.dataKeyFile);
  await site.db.$transaction((tx) => recordAudit(tx, known, 'account.showDownloadKey', null, {}));
  return rows.map((row) => keyText(openKey(keys, row))).join('\n\n');
}

function keyText({ secret, recipient: own, replacedAt }: DownloadKey): string {
  const { identity, recipient, passphrase, verificationKey } = keyMaterial(secret, own);
  return [
    ...(replacedAt ? [`# replaced on ${replacedAt.toISOString().slice(0, 10)}`] : []),
    `# public key: ${recipient}`,
    identity ?? '# identity: yours',
    `# passphrase: ${passphrase}`,
    `# verification key: ${verificationKey}`,
  ].join('\n');
}

/** From now on, downloads are encrypted for a new key. Files that were downloaded before need the old one. */
export async function replaceDownloadKey(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  const { password, recipient } = parseInput(replaceSchema, input);
  await confirmPassword(site, known, 'password', password);
  const { userId } = known;
  const keys = await openDataKeys(site.environment.dataKeyFile);
  await site.db.$transaction(async (tx) => {
    await lockUntilCommit(tx, `download key of ${userId}`);
    const where = { userId, replacedAt: null };
    await tx.downloadKey.updateMany({ where, data: { replacedAt: site.now() } });
    await tx.downloadKey.create({ data: newKey(keys, userId, recipient === '' ? null : recipient) });
    await recordAudit(tx, known, 'account.replaceDownloadKey', null, { hasOwnRecipient: recipient !== '' });
  });
}

const TEST_BYTES = 1024;
const TEST_TEXT = 'If you can read this, your download key works.\n';

/** A file of 1 KB to try one’s key with. */
export async function offerTestFile(
  site: Site,
  form: Exclude<DownloadForm, 'plain'>,
  viewer: Viewer | null,
): Promise<Offer> {
  const known = authorize('account.read', viewer);
  const content = Buffer.from(
    TEST_TEXT.repeat(Math.ceil(TEST_BYTES / TEST_TEXT.length)).slice(0, TEST_BYTES),
  );
  const plain = { file: ofBytes(content), etag: '"heldout-test-1"', fileName: 'heldout-test.txt' };
  return { ...(await inForm(plain, form, await ownKey(site, known))), begin: async () => undefined };
}
