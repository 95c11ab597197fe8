import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { AccountFiles, Row } from './account-files.ts';

/** The user that a container runs as if its image specifies root or no user. */
export const FALLBACK_UID = 10_001;
/** The file system's reserved blocks may be available to `nobody`, so no container runs as that user. */
const NOBODY = 65_534;
const MAX_ID = 2 ** 31 - 2;
/** Far more than any image needs; Linux itself allows 65,536. */
export const MAX_GROUPS = 32;

export interface Account {
  uid: number;
  gid: number;
  /** Supplementary groups, ascending. */
  groups: number[];
  /** The image specifies no user of its own, so no file in it belongs to this one. */
  isFallback: boolean;
}

/**
 * The user that a container of this image runs as: `USER` of its config, looked up in the image's own account
 * files as the engine does. Root and `nobody` are replaced, both as user and as group, and the user keeps its
 * other groups. As with the engine, a group in `USER` leaves no others.
 */
export function resolveAccount(user: string, { passwd, group }: AccountFiles): Account {
  const [userPart = '', groupPart] = user.split(':', 2);
  const entry = findUser(userPart, passwd);
  const chosenGid = groupPart ? findGroup(groupPart, group) : entry.gid;
  const isFallback = isForbidden(entry.uid);
  if (isFallback) return { uid: FALLBACK_UID, gid: FALLBACK_UID, groups: [], isFallback };
  const gid = isForbidden(chosenGid) ? entry.uid : chosenGid;
  const groups = groupPart || entry.name === null ? [] : groupsOf(entry.name, group ?? []);
  return { uid: entry.uid, gid, groups: groups.filter((id) => id !== gid), isFallback };
}

function isForbidden(id: number): boolean {
  return id === 0 || id === NOBODY;
}

/** A number is always an ID, even if an account has it as its name. */
function findUser(
  user: string,
  passwd: readonly Row[] | null,
): { name: string | null; uid: number; gid: number } {
  if (user === '') return { name: null, uid: 0, gid: 0 };
  const id = parseId(user);
  const row = passwd?.find(([name, , uid]) => (id === null ? name === user : parseId(uid) === id));
  const uid = id ?? parseId(row?.[2]);
  if (uid === null) throw accountNotFound('user', user, 'etc/passwd', passwd);
  return { name: row?.[0] ?? null, uid, gid: parseId(row?.[3]) ?? 0 };
}

function findGroup(group: string, rows: readonly Row[] | null): number {
  const gid = parseId(group) ?? parseId(rows?.find(([name]) => name === group)?.[2]);
  if (gid === null) throw accountNotFound('group', group, 'etc/group', rows);
  return gid;
}

/** The groups that list the user as a member. */
function groupsOf(user: string, rows: readonly Row[]): number[] {
  const memberships = rows.filter(([, , , members]) => members?.split(',').includes(user));
  const ids = new Set(memberships.map(([, , gid]) => parseId(gid)).filter((id) => id !== null));
  const groups = [...ids].filter((id) => !isForbidden(id)).sort((a, b) => a - b);
  if (groups.length > MAX_GROUPS) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The image’s user ${quote(user)} is a member of ${groups.length} groups in /etc/group; at most ${MAX_GROUPS} are allowed. Remove it from the groups that it doesn’t need.`,
    );
  }
  return groups;
}

function accountNotFound(
  kind: string,
  name: string,
  file: string,
  rows: readonly Row[] | null,
): SubmissionError {
  const reason = rows ? `the image’s /${file} does not list it` : `the image has no readable /${file}`;
  return new SubmissionError(
    'IMAGE_INVALID',
    `The image runs as the ${kind} ${quote(name)}, but ${reason}. Set USER to a numeric ID.`,
  );
}

function parseId(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  const id = Number(text);
  return id <= MAX_ID ? id : null;
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}
