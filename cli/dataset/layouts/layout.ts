import type { ListedFile } from '#cli/dataset/files/list-files.ts';
import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { VOLUME_NAME } from '#lib/domain/tasks/volume-names.ts';

/** What a file is, by its place and name. */
export interface FileMatch {
  /** The name of its case. */
  name: string;
  slug: string;
  /** For the metadata tables. */
  subject: string;
  session: string | null;
  /** Where the names say it. */
  center?: string;
}

/** A way to lay out a data set in which the name of a file says what it is. */
export interface Layout {
  name: string;
  /** Required in each case, one file each. */
  inputs: readonly string[];
  /** `on`: the input whose grid the masks are on; null if it is the first one that fits. */
  truths: readonly { slug: string; on: string | null }[];
  /** Example names of each slug, for messages. */
  examples: Readonly<Record<string, string>>;
  match(file: ListedFile): FileMatch | null;
}

/** The slugs of a layout with one T1 scan and its lesions. */
export const ONE_T1 = { inputs: [T1], truths: [{ slug: LESIONS, on: T1 }] } as const;

/** The end of a pattern of image files. */
export const IMAGE = VOLUME_NAME.source;
/** The start of a pattern of BIDS files. */
const ENTITIES = '^(?<subject>sub-[A-Za-z0-9]+)(?:_(?<session>ses-[A-Za-z0-9]+))?_';

/** A match function for BIDS names: `ends` has a pattern for what follows subject and session, by slug. */
export function bidsMatch(ends: Readonly<Record<string, string>>): Layout['match'] {
  const patterns = Object.entries(ends).map(
    ([slug, end]) => [slug, new RegExp(`${ENTITIES}${end}${IMAGE}`, 'i')] as const,
  );
  return ({ base }) => {
    for (const [slug, pattern] of patterns) {
      const groups = pattern.exec(base)?.groups;
      if (!groups) continue;
      const subject = groups['subject']!;
      const session = groups['session'] ?? null;
      return { name: session === null ? subject : `${subject}_${session}`, slug, subject, session };
    }
    return null;
  };
}
