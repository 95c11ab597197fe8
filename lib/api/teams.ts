import { z } from 'zod';
import { MAX_TEAM_NAME_LENGTH, teamNameProblem } from '#lib/domain/teams/team-name.ts';
import { idSchema, nameSchema } from './values.ts';

export const createTeamRequestSchema = z.strictObject({
  name: nameSchema(MAX_TEAM_NAME_LENGTH, teamNameProblem),
});

export const createTeamResponseSchema = z.object({
  team: z.object({ id: idSchema, slug: z.string(), name: z.string() }),
});
export type NewTeam = z.infer<typeof createTeamResponseSchema>['team'];

/** Registers a team for the challenge in the path; `team` is its slug. */
export const registerTeamRequestSchema = z.strictObject({ team: z.string() });

export const registerTeamResponseSchema = z.object({
  registration: z.object({ challenge: z.string(), team: z.string() }),
});
export type Registration = z.infer<typeof registerTeamResponseSchema>['registration'];
