import { z } from 'zod';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import { slugOf } from '#lib/domain/names/slug.ts';

/** A challenge that is made in the site. `source` is `template:NAME` or `copy:SLUG`. */
export const startChallengeRequestSchema = z.strictObject({
  source: z.string().max(100),
  slug: slugOf('stroke-t1-2026'),
  title: CHALLENGE_FIELDS.title.schema,
});
export type StartChallengeRequest = z.output<typeof startChallengeRequestSchema>;

/** What it can start from. */
export interface NewChallengeView {
  templates: { name: string; summary: string }[];
  challenges: { slug: string; title: string }[];
}
