import { createHash } from 'node:crypto';
import type { Account, AccountTexts } from './account.ts';
import { tarEnd, tarFileHeader, tarFolderHeader, tarHeader, tarPadding } from './tar-writer.ts';

/** Two layers of our own around those of a team: what is below and above theirs is not theirs to say. */
export interface OwnLayer {
  bytes: Buffer;
  diffId: string;
}

/** The engine stacks 125 at most. */
export const MAX_TEAM_LAYERS = 123;

/**
 * The lowest layer: nothing but an empty folder and the name of the realm, where only a hash of it sees it.
 *
 * The engine keeps a layer's files under a hash of itself and all layers below it, so images of two realms share
 * no file on its disk, whatever a team puts into them. They must not: which pages of a shared file are in memory
 * is what one container sets by reading and a later one measures by the time that reading takes, a million bits
 * at a time. Between a hidden phase and an open one, whose logs teams read, that would be a way out for scans.
 */
export function groundLayer(realm: string): OwnLayer {
  const comment = paxRecord('comment', `heldout ${createHash('sha256').update(realm).digest('hex')}`);
  const folder = [tarHeader('pax', comment.length, 'x'), comment, tarPadding(comment.length)];
  return layer([...folder, tarFolderHeader('input/')]);
}

/**
 * The uppermost layer: /etc/passwd and /etc/group as plain, small files. The engine reads both at every start,
 * as root and whole: a pipe in their place stops it for good, a large file takes its memory, thirty bytes for
 * each. The rows are the image's own where it has such files, and one more names the container's user, without
 * which Python's getpass and what stands on it fail.
 */
export function accountsLayer({ uid, gid }: Account, texts: AccountTexts): OwnLayer {
  const passwd = withRow(
    texts.passwd ?? 'root:x:0:0::/:/bin/sh\n',
    uid,
    `heldout:x:${uid}:${gid}::/tmp:/bin/sh`,
  );
  const group = withRow(texts.group ?? 'root:x:0:\n', gid, `heldout:x:${gid}:`);
  return layer([tarFolderHeader('etc/'), ...file('etc/passwd', passwd), ...file('etc/group', group)]);
}

function withRow(text: string, id: number, row: string): string {
  const isThere = text.split('\n').some((line) => line.split(':')[2] === String(id));
  if (isThere) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${row}\n`;
}

function file(name: string, text: string): Buffer[] {
  const content = Buffer.from(text);
  return [tarFileHeader(name, content.length), content, tarPadding(content.length)];
}

/** "<length> <key>=<value>\n", the length counting the whole record. */
function paxRecord(key: string, value: string): Buffer {
  const body = ` ${key}=${value}\n`;
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.from(`${length}${body}`);
}

function layer(blocks: readonly Buffer[]): OwnLayer {
  const bytes = Buffer.concat([...blocks, tarEnd()]);
  return { bytes, diffId: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}
