import { createHash } from 'node:crypto';
import { type DownloadForm, FORM_SUFFIX } from '#lib/domain/datasets/download-form.ts';
import { headerForPassphrase, headerForRecipient } from '#lib/platform/encryption/age-header.ts';
import { parseRecipient } from '#lib/platform/encryption/age-keys.ts';
import { fileSecrets, keyMaterial } from '../keys/key-material.ts';
import { ageFile } from './age.ts';
import { CipherChain, RecentValues } from './cipher-chain.ts';
import { hmacFile, opensslFile, opensslKey } from './openssl.ts';
import { ofBytes, type VirtualFile } from './virtual-file.ts';

/** A file, and the strong tag of its bytes: other bytes have another one. */
export interface Tagged {
  file: VirtualFile;
  etag: string;
  fileName: string;
}

interface Key {
  id: string;
  secret: Uint8Array;
  recipient: string | null;
}

/** Raised when a form changes its bytes, so that an interrupted download isn’t continued with others. */
const LAYOUT = 1;
/** Of scrypt: 4 MiB and 10 ms. The passphrase has 150 random bits; no work factor makes it harder to guess. */
const WORK_FACTOR = 12;
const chains = new RecentValues<CipherChain>(1000);
const hmacs = new RecentValues<Promise<Uint8Array>>(1000);

/** A file encrypted for a key. The same file for the same key has the same bytes each time. */
export async function inForm(plain: Tagged, form: Exclude<DownloadForm, 'plain'>, key: Key): Promise<Tagged> {
  const fileName = `${plain.fileName}${FORM_SUFFIX[form]}`;
  if (form === 'openssl-hmac') {
    const file = ofBytes(await hmacOf(plain, key));
    return { file, etag: tagOf(contextOf(plain, form, key)), fileName };
  }
  const context = contextOf(plain, form, key);
  return { file: await encrypted(plain.file, form, key, context), etag: tagOf(context), fileName };
}

async function encrypted(
  source: VirtualFile,
  form: Exclude<DownloadForm, 'plain' | 'openssl-hmac'>,
  { secret, ...key }: Key,
  context: string,
): Promise<VirtualFile> {
  const { recipient, passphrase } = keyMaterial(secret, key.recipient);
  const { fileKey, payloadSalt, ephemeral, scryptSalt, opensslSalt } = fileSecrets(secret, context);
  if (form === 'openssl') {
    const chain = chains.get(context, () => new CipherChain());
    return opensslFile(source, await opensslKey(passphrase, opensslSalt), chain);
  }
  const header =
    form === 'age'
      ? headerForRecipient(fileKey, parseRecipient(recipient)!, ephemeral)
      : await headerForPassphrase(fileKey, passphrase, { salt: scryptSalt, workFactor: WORK_FACTOR });
  return ageFile(source, { header, fileKey, salt: payloadSalt });
}

/** It takes the whole file, so whoever asks meanwhile or later gets the same one. */
async function hmacOf(plain: Tagged, key: Key): Promise<Uint8Array> {
  const context = contextOf(plain, 'openssl', key);
  const made = hmacs.get(context, async () => {
    const { file, fileName } = await inForm(plain, 'openssl', key);
    return hmacFile(file, keyMaterial(key.secret, key.recipient).verificationKey, fileName);
  });
  made.catch(() => hmacs.drop(context));
  return made;
}

/** Names the plain bytes, what they are encrypted for, and how. */
function contextOf({ etag }: Tagged, form: DownloadForm, { id, recipient }: Key): string {
  return JSON.stringify([LAYOUT, form, etag, id, recipient]);
}

function tagOf(context: string): string {
  return `"${createHash('sha256').update(context).digest('hex')}"`;
}
