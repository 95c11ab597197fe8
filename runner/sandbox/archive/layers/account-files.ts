import type { FileLookup } from './file-lookup.ts';

/** The fields of a line of /etc/passwd or /etc/group. */
export type Row = readonly string[];

/** The rows of both files; null if the image has no readable one. */
export interface AccountFiles {
  passwd: readonly Row[] | null;
  group: readonly Row[] | null;
}

export const MAX_ACCOUNT_FILE_BYTES = 1024 * 1024;
export const ACCOUNT_PATHS = ['etc/passwd', 'etc/group'] as const;
/** The engine fails on a file with a line of 64 KiB or more. */
const MAX_ROW_CHARACTERS = 4096;
/** Each hop reads the layers once more. Nix puts two links in front of the file. */
const MAX_HOPS = 5;

/**
 * Reads both account files at the end of a first pass over the layers, during which `lookups`, for
 * `ACCOUNT_PATHS`, saw every entry. Where a link leads elsewhere, `scan` shows the layers to the lookups that
 * continue there.
 */
export async function readAccountFiles(
  lookups: readonly FileLookup[],
  scan: (lookups: readonly FileLookup[]) => Promise<void>,
): Promise<AccountFiles> {
  let results = lookups.map((lookup) => lookup.result());
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const following = results.flatMap((result) => (result && 'next' in result ? [result.next] : []));
    if (following.length === 0) break;
    await scan(following);
    results = results.map((result) => (result && 'next' in result ? result.next.result() : result));
  }
  const [passwd = null, group = null] = results.map((result) =>
    result && 'text' in result ? rowsOf(result.text) : null,
  );
  return { passwd, group: group?.filter(([name]) => isNamed(name)) ?? null };
}

function rowsOf(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line !== '' && line.length <= MAX_ROW_CHARACTERS);
  return lines.map((line) => line.split(':'));
}

/**
 * The engine takes the number of a supplementary group for a group's name first. A group that is named like
 * another one's number, and has the ID 0, would make the container a member of root's group.
 */
function isNamed(name: string | undefined): boolean {
  return /[A-Za-z]/.test(name ?? '');
}
