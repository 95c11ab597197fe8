import type { Viewer } from '#lib/api/pages/viewer.ts';
import { Prisma } from '#prisma-client';
import type { SiteEnvironment } from './environment.ts';

/** What is known of the person who makes a request. */
export interface ViewerColumns extends Pick<Viewer, 'userId' | 'name' | 'email' | 'isAdmin' | 'teams'> {
  hasSecondFactor: boolean;
}

/**
 * In SQL, the columns of a viewer, of "User" as `person`. Each request asks for them, so that they are read together
 * with the session or the token that names the person.
 */
export const viewerColumns = Prisma.sql`
  person.id AS "userId", person.name, person.email, person."isAdmin",
  person."totpConfirmedAt" IS NOT NULL AS "hasSecondFactor", (
    SELECT coalesce(json_agg(json_build_object(
      'id', team.id, 'slug', team.slug, 'name', team.name, 'role', membership.role, 'mergedIds', ARRAY(
        SELECT merged.id FROM "Team" merged WHERE merged."mergedIntoId" = team.id
      )
    ) ORDER BY membership."createdAt"), '[]')
    FROM "Membership" membership JOIN "Team" team ON team.id = membership."teamId"
    WHERE membership."userId" = person.id
  ) AS teams`;

export function toViewer(
  { environment }: { environment: Pick<SiteEnvironment, 'secondFactor'> },
  { userId, name, email, isAdmin, teams, hasSecondFactor }: ViewerColumns,
): Viewer {
  const lacksSecondFactor = environment.secondFactor === 'organizers' && !hasSecondFactor;
  return { userId, name, email, isAdmin, teams, ...(lacksSecondFactor ? { lacksSecondFactor } : {}) };
}
