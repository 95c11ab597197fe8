import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { AccountChange, LayerReport } from './layer.ts';

/** The user that a container runs as if its image specifies root or no user. */
export const FALLBACK_UID = 10_001;
/** The file system's reserved blocks may be available to `nobody`, so no container runs as that user. */
const NOBODY = 65_534;
const MAX_ID = 2 ** 31 - 2;
/** The engine fails on a file with a line of 64 KiB or more. */
const MAX_ROW_CHARACTERS = 4096;

export interface Account {
  uid: number;
  gid: number;
  /** The image specifies no user of its own, so no file in it belongs to this one. */
  isFallback: boolean;
}

/**
 * The user that a container of this image runs as: `USER` of its config, looked up in the image's own account
 * files as the engine does. Root and `nobody` are replaced, both as user and as group.
 */
export function resolveAccount(user: string, layers: readonly LayerReport[]): Account {
  const [userPart = '', groupPart] = user.split(':', 2);
  const passwd = accountRows(layers, 'etc/passwd');
  const entry = findUser(userPart, passwd);
  const gid = groupPart ? findGroup(groupPart, accountRows(layers, 'etc/group')) : entry.gid;
  const isFallback = entry.uid === 0 || entry.uid === NOBODY;
  if (isFallback) return { uid: FALLBACK_UID, gid: FALLBACK_UID, isFallback };
  return { uid: entry.uid, gid: gid === 0 || gid === NOBODY ? entry.uid : gid, isFallback };
}

/** The contents of both files; null if the image has no readable one. */
export interface AccountTexts {
  passwd: string | null;
  group: string | null;
}

export function accountTexts(layers: readonly LayerReport[]): AccountTexts {
  const textOf = (path: string) =>
    accountRows(layers, path)
      ?.map((row) => row.join(':'))
      .join('\n') ?? null;
  return { passwd: textOf('etc/passwd'), group: textOf('etc/group') };
}

function findUser(user: string, passwd: string[][] | null): { uid: number; gid: number } {
  if (user === '') return { uid: 0, gid: 0 };
  const rowByName = passwd?.find(([name]) => name === user);
  const id = parseId(user);
  const row = rowByName ?? (id === null ? undefined : passwd?.find(([, , uid]) => parseId(uid ?? '') === id));
  const uid = row ? parseId(row[2] ?? '') : id;
  if (uid === null) throw accountNotFound('user', user, 'etc/passwd', passwd);
  return { uid, gid: parseId(row?.[3] ?? '') ?? 0 };
}

function findGroup(group: string, rows: string[][] | null): number {
  const row = rows?.find(([name]) => name === group);
  const gid = row ? parseId(row[2] ?? '') : parseId(group);
  if (gid === null) throw accountNotFound('group', group, 'etc/group', rows);
  return gid;
}

function accountNotFound(kind: string, name: string, file: string, rows: string[][] | null): SubmissionError {
  const reason = rows ? `the image’s /${file} does not list it` : `the image has no readable /${file}`;
  return new SubmissionError(
    'IMAGE_INVALID',
    `The image runs as the ${kind} ${JSON.stringify(name.slice(0, 64))}, but ${reason}. Set USER to a numeric ID.`,
  );
}

function parseId(text: string): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const id = Number(text);
  return id <= MAX_ID ? id : null;
}

/** The file as the uppermost layer that changes it leaves it; null if it is missing or unreadable. */
function accountRows(layers: readonly LayerReport[], path: string): string[][] | null {
  let latest: AccountChange | undefined;
  for (const { accounts } of layers) latest = accounts.get(path) ?? latest;
  if (latest === undefined || latest === 'removed' || latest === 'unreadable') return null;
  const lines = latest.text.split('\n').filter((line) => line.length <= MAX_ROW_CHARACTERS);
  return lines.map((line) => line.split(':'));
}
