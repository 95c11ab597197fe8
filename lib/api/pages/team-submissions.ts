import { z } from 'zod';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import type { TeamSubmission } from '#lib/api/submissions.ts';
import { idSchema, listQueryShape, type PageLinks } from '#lib/api/values.ts';

const { after, limit } = listQueryShape(idSchema, PAGE_LIMITS);

/** A team of the viewer and a phase, by slug. What makes no sense is ignored, because addresses are typed. */
export const teamSubmissionsQuerySchema = z.object({
  team: z.string().max(100).optional().catch(undefined),
  phase: z.string().max(100).optional().catch(undefined),
  after: after.catch(undefined),
  limit: limit.catch(PAGE_LIMITS.limit),
});
export type TeamSubmissionsQuery = z.infer<typeof teamSubmissionsQuerySchema>;

/** The page of a team's submissions to a challenge; not part of /api/v1. */
export interface TeamSubmissionsView extends PageLinks {
  /** The teams of the viewer. */
  teams: { slug: string; name: string }[];
  /** The one whose submissions are shown; null if the viewer has none. */
  team: { slug: string; name: string } | null;
  phases: { slug: string; title: string }[];
  submissions: TeamSubmission[];
  asOf: string;
}
