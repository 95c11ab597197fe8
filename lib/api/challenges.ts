import { z } from 'zod';
import { keyDateListSchema, linkListSchema } from '#lib/domain/challenges/links.ts';
import { visibilitySchema } from '#lib/domain/challenges/visibility.ts';
import { axisSchema, leaderboardEntrySchema } from './leaderboards/leaderboards.ts';
import { phaseRulesSchema } from './phase-rules.ts';
import { phaseSummarySchema } from './phases.ts';
import { countSchema } from './values.ts';

const logoSchema = z.object({
  /** The address of a PNG file on this site, which never changes. */
  path: z.string(),
  /** In pixels. */
  width: countSchema,
  height: countSchema,
  alt: z.string(),
});
export type ChallengeLogo = z.infer<typeof logoSchema>;

const challengeSummarySchema = z.object({
  slug: z.string(),
  title: z.string(),
  question: z.string(),
  synthetic: z.boolean(),
  visibility: visibilitySchema,
  phases: z.array(phaseSummarySchema),
  teamCount: countSchema,
  logo: logoSchema.nullable(),
  /** The top teams of the most relevant phase (the open or latest hidden one with scores), with its slug. */
  leaders: z
    .object({
      phaseSlug: z.string(),
      metricLabel: z.string(),
      /** Of the values that are shown. */
      decimals: countSchema,
      entries: z.array(leaderboardEntrySchema),
      axis: axisSchema,
      caseCount: countSchema,
    })
    .nullable(),
});
export type ChallengeSummary = z.infer<typeof challengeSummarySchema>;

export const challengeViewSchema = challengeSummarySchema.extend({
  /** Markdown. */
  summary: z.string(),
  links: linkListSchema,
  /** Days beyond the phases. */
  dates: keyDateListSchema,
  citation: z.string().nullable(),
  /** What teams accept when they register, in Markdown; null for none. */
  terms: z.object({ version: countSchema, text: z.string() }).nullable(),
  /** Members of a team at most; null for any number. */
  maxTeamSize: countSchema.nullable(),
  /** Names. */
  organizers: z.array(z.string()),
  /** The viewer may open /organize/[slug]. */
  viewerOrganizes: z.boolean(),
  phaseRules: z.array(phaseRulesSchema),
});
export type ChallengeView = z.infer<typeof challengeViewSchema>;

export const createChallengeResponseSchema = z.object({ challenge: z.object({ slug: z.string() }) });
