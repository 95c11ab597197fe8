import { z } from 'zod';
import { type ListHead, pageShape } from '#lib/api/pages/organizer.ts';
import type { PageLinks } from '#lib/api/values.ts';

/** In what submissions of several teams are the same. */
export const DUPLICATE_KINDS = ['image', 'outputs'] as const;
export type DuplicateKind = (typeof DUPLICATE_KINDS)[number];

export const duplicatesQuerySchema = z.object({
  kind: z.enum(DUPLICATE_KINDS).catch('image'),
  ...pageShape,
});
export type DuplicatesQuery = z.infer<typeof duplicatesQuerySchema>;

export interface DuplicateGroup {
  /** ID of the latest submission in it. */
  id: string;
  count: number;
  teamCount: number;
  /** The latest ones. */
  submissions: {
    id: string;
    shortId: string;
    teamName: string;
    teamSlug: string;
    phaseTitle: string;
    algorithm: string;
    createdAt: string;
  }[];
}

export interface DuplicatesView extends ListHead, PageLinks {
  kind: DuplicateKind;
  groups: DuplicateGroup[];
}
