import { createHash } from 'node:crypto';
import {
  paxRecord,
  tarEnd,
  tarFileHeader,
  tarFolderHeader,
  tarHeader,
  tarPadding,
} from '#lib/platform/archives/tar-writer.ts';
import type { Account } from './account.ts';
import type { AccountFiles, Row } from './account-files.ts';

/** A layer that we add below or above those of the team, which the team's image can't influence. */
export interface AddedLayer {
  bytes: Buffer;
  diffId: string;
}

/** The engine stacks at most 125 layers. */
export const ENGINE_LAYERS = 125;
export const ADDED_LAYERS = 2;
export const MAX_TEAM_LAYERS = ENGINE_LAYERS - ADDED_LAYERS;

/**
 * The lowest layer: an empty folder, and a hash of the realm in a header, where it affects nothing but the
 * layer's own hash.
 *
 * The engine stores a layer under a hash of the layer and of all layers below it, so images of two realms
 * share no file on its disk, whatever their content. Sharing would open a covert channel: a container could
 * set which pages of a shared file are in memory by reading them, and a later container could measure that by
 * timing its own reads, a million bits at a time. Between a hidden phase and an open one, whose logs teams
 * read, scans could leak this way.
 */
export function realmLayer(realm: string): AddedLayer {
  const comment = paxRecord('comment', `heldout ${createHash('sha256').update(realm).digest('hex')}`);
  const folder = [tarHeader('pax', comment.length, 'x'), comment, tarPadding(comment.length)];
  return layer([...folder, tarFolderHeader('input/')]);
}

/**
 * The uppermost layer: /etc/passwd and /etc/group as regular, small files. The engine reads both completely,
 * as root, at every start: a pipe in their place would block it permanently, and a large file would use
 * thirty bytes of its memory for each byte. The rows come from the image if it has such files. One more row
 * names the container's user, because Python's getpass and code that uses it fail without one.
 */
export function accountsLayer({ uid, gid }: Account, { passwd, group }: AccountFiles): AddedLayer {
  const users = withRow(passwd ?? [['root', 'x', '0', '0', '', '/', '/bin/sh']], uid, [
    ...['heldout', 'x', String(uid), String(gid), '', '/tmp', '/bin/sh'],
  ]);
  const groups = withRow(group ?? [['root', 'x', '0', '']], gid, ['heldout', 'x', String(gid), '']);
  return layer([tarFolderHeader('etc/'), ...file('etc/passwd', users), ...file('etc/group', groups)]);
}

function withRow(rows: readonly Row[], id: number, row: Row): string {
  const isPresent = rows.some(([, , number]) => number === String(id));
  return [...rows, ...(isPresent ? [] : [row])].map((fields) => `${fields.join(':')}\n`).join('');
}

function file(name: string, text: string): Buffer[] {
  const content = Buffer.from(text);
  return [tarFileHeader(name, content.length), content, tarPadding(content.length)];
}

function layer(blocks: readonly Buffer[]): AddedLayer {
  const bytes = Buffer.concat([...blocks, tarEnd()]);
  return { bytes, diffId: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}
