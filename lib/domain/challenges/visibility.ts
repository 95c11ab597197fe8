import { z } from 'zod';

/** Who sees a challenge: its organizers, whoever has the link, or everyone. */
export const visibilitySchema = z.enum(['DRAFT', 'UNLISTED', 'PUBLIC']);
export type Visibility = z.infer<typeof visibilitySchema>;

export const VISIBILITY_CHOICES: Readonly<Record<Visibility, string>> = {
  DRAFT: 'draft: only its organizers see it',
  UNLISTED: 'unlisted: whoever has the link sees it',
  PUBLIC: 'public: listed for everyone',
};

/** What a change of the visibility brings about. */
export function visibilityConsequence({ before, after }: { before: Visibility; after: Visibility }): string {
  if (after === 'DRAFT') return 'Nobody but the organizers sees the challenge any more.';
  const opened =
    before === 'DRAFT' ? ' Teams can register, and phases that are open take their submissions.' : '';
  return after === 'PUBLIC'
    ? `The challenge is on the site’s list, and search engines may find it.${opened}`
    : `The challenge is on no list, and its pages ask search engines not to index them.${opened}`;
}
