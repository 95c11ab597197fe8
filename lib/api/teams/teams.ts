import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import { tombstoneSchema } from '#lib/api/rankings/tombstones.ts';
import { registrationStateSchema } from '#lib/api/registrations.ts';
import { countSchema, idSchema, messageSchema, nameSchema, timestampSchema } from '#lib/api/values.ts';
import {
  DEFAULT_INVITATION_DAYS,
  MAX_INVITATION_DAYS,
  MAX_MESSAGE_LENGTH,
  MAX_TEAM_MEMBERS,
} from '#lib/domain/teams/limits.ts';
import { MAX_TEAM_NAME_LENGTH, teamNameProblem } from '#lib/domain/teams/team-name.ts';

export const createTeamRequestSchema = z.strictObject({
  name: nameSchema(MAX_TEAM_NAME_LENGTH, teamNameProblem),
});

/** A team as others name it. */
export const teamNameSchema = z.object({ slug: z.string(), name: z.string() });

export const createTeamResponseSchema = z.object({
  team: z.object({ id: idSchema, slug: z.string(), name: z.string() }),
});
export type NewTeam = z.infer<typeof createTeamResponseSchema>['team'];

/** Registers a team for the challenge in the path; `team` is its slug. `answers` are by the ID of the question. */
export const registerTeamRequestSchema = z.strictObject({
  team: z.string(),
  answers: z.record(z.string().max(40), z.string().max(10_000)).default({}),
  /** The version of the challenge's terms that the team accepts, if it has any. */
  terms: z.coerce.number().int().min(1).nullable().default(null),
});

export const registerTeamResponseSchema = z.object({
  registration: z.object({ challenge: z.string(), team: z.string(), state: registrationStateSchema }),
});
export type Registration = z.infer<typeof registerTeamResponseSchema>['registration'];

const roleSchema = z.enum(['OWNER', 'MEMBER']);

const placeShape = {
  challenge: z.object({ slug: z.string(), title: z.string(), synthetic: z.boolean() }),
  phase: z.object({ slug: z.string(), title: z.string() }),
};

/** Where a team stands in a phase: its entry of the leaderboard. */
const teamResultSchema = z.object({
  ...placeShape,
  submissionId: idSchema,
  algorithm: z.string(),
  /** Rounded down to the minute. */
  submittedAt: timestampSchema,
  rank: countSchema,
  rankRange: z.tuple([z.number(), z.number()]),
  /** Entries of the leaderboard. */
  entries: countSchema,
  /** The primary metric, as the leaderboard labels it. */
  metric: z.string(),
  value: z.number().nullable(),
  /** Of the displayed value. */
  decimals: countSchema,
  /** The permanent link of the final ranking, and since when it is final; null if it isn't. */
  final: z.object({ id: z.string(), since: timestampSchema }).nullable(),
});

/** A member who agrees to be shown, with what their profile says. */
const shownMemberSchema = z.object({
  name: z.string(),
  role: roleSchema,
  affiliation: z.string().nullable(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().nullable(),
  /** 0000-0002-1825-0097 */
  orcid: z.string().nullable(),
});
export type ShownMember = z.infer<typeof shownMemberSchema>;
/** A submission of the team whose scores don't count any more. */
const teamTombstoneSchema = tombstoneSchema.omit({ teamSlug: true, teamName: true }).extend(placeShape);

/** Something in a team's past that everybody may know. */
const teamEventSchema = z.object({
  kind: z.enum([
    'created',
    'registered',
    'submitted',
    'withdrawn',
    'excluded',
    'final',
    'merged',
    'dissolved',
  ]),
  at: timestampSchema,
  challenge: placeShape.challenge.optional(),
  phase: placeShape.phase.optional(),
  submission: z.object({ id: idSchema, algorithm: z.string() }).optional(),
  /** Why it was withdrawn or excluded. */
  reason: z.string().optional(),
  /** Of a final ranking. */
  rankRange: z.tuple([z.number(), z.number()]).optional(),
  entries: countSchema.optional(),
});
export type TeamEvent = z.infer<typeof teamEventSchema>;

/** A team as everyone sees it. */
export const teamViewSchema = z.object({
  slug: z.string(),
  name: z.string(),
  createdAt: timestampSchema,
  dissolvedAt: timestampSchema.nullable(),
  mergedInto: teamNameSchema.nullable(),
  memberCount: countSchema,
  /** Only those who agree to be shown. */
  members: z.array(shownMemberSchema),
  results: z.array(teamResultSchema),
  tombstones: z.array(teamTombstoneSchema),
  /** The latest first. */
  timeline: z.array(teamEventSchema),
});
export type TeamView = z.infer<typeof teamViewSchema>;

export const readTeamResponseSchema = z.object({ team: teamViewSchema });

const invitationSchema = z.object({
  id: idSchema,
  /** The address that it was sent to; null for a link. */
  email: z.string().nullable(),
  /** The link. */
  url: z.string(),
  uses: countSchema,
  maxUses: countSchema,
  createdAt: timestampSchema,
  expiresAt: timestampSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;

const mergeSchema = z.object({
  id: idSchema,
  from: teamNameSchema,
  into: teamNameSchema,
  createdAt: timestampSchema,
});

/** A team as its members see it. Invitations and requests are for its owner. */
export const teamManagementSchema = z.object({
  slug: z.string(),
  name: z.string(),
  role: roleSchema,
  members: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      role: roleSchema,
      isShown: z.boolean(),
      isViewer: z.boolean(),
      joinedAt: timestampSchema,
    }),
  ),
  /** Those that the team is registered for. `bound` ones keep a member who leaves from entering with another team. */
  challenges: z.array(
    z.object({
      slug: z.string(),
      title: z.string(),
      maxTeamSize: countSchema.nullable(),
      isBinding: z.boolean(),
    }),
  ),
  /** Submissions that are queued or running. */
  activeSubmissions: countSchema,
  invitations: z.array(invitationSchema),
  requests: z.array(
    z.object({ id: idSchema, name: z.string(), message: z.string(), createdAt: timestampSchema }),
  ),
  merges: z.array(mergeSchema),
});
export type TeamManagement = z.infer<typeof teamManagementSchema>;

export const manageTeamResponseSchema = z.object({ team: teamManagementSchema });

/** With `email`, the invitation is sent there and works once. Without, whoever has the link can join. */
export const createInvitationRequestSchema = z.strictObject({
  email: emailSchema.optional(),
  days: z.int().min(1).max(MAX_INVITATION_DAYS).default(DEFAULT_INVITATION_DAYS),
  maxUses: z.int().min(1).max(MAX_TEAM_MEMBERS).default(1),
});

export const createInvitationResponseSchema = z.object({ invitation: invitationSchema });

/** What the person sees who follows the link. */
export const invitationViewSchema = z.object({
  team: teamNameSchema,
  /** null if they have deleted their account. */
  invitedBy: z.string().nullable(),
  memberCount: countSchema,
  expiresAt: timestampSchema,
  isMember: z.boolean(),
});
export type InvitationView = z.infer<typeof invitationViewSchema>;

export const readInvitationResponseSchema = z.object({ invitation: invitationViewSchema });

/** The team that was changed. */
export const changeTeamResponseSchema = z.object({ team: teamNameSchema });
export type ChangedTeam = z.infer<typeof changeTeamResponseSchema>['team'];

export const askToJoinRequestSchema = z.strictObject({
  /** For the team's owner: who asks, and why. */
  message: messageSchema(MAX_MESSAGE_LENGTH),
});

export const askToJoinResponseSchema = z.object({ request: z.object({ id: idSchema }) });

/** A reason is needed to decline. The person who asked reads it. `withdraw` is theirs. */
export const decideJoinRequestSchema = z
  .strictObject({
    decision: z.enum(['accept', 'decline', 'withdraw']),
    reason: messageSchema(MAX_MESSAGE_LENGTH, { optional: true }).default(''),
  })
  .refine(({ decision, reason }) => decision !== 'decline' || reason !== '', {
    path: ['reason'],
    message: 'Give a reason. The person who asked reads it.',
  });

/** `isShown`: whether the team's public page shows the name of the member who sends it. */
export const showMembershipRequestSchema = z.strictObject({ isShown: z.boolean() });

/** The member who becomes the owner. */
export const handOverTeamRequestSchema = z.strictObject({ member: idSchema });

/** The team's name, typed to confirm. */
export const dissolveTeamRequestSchema = z.strictObject({ name: z.string().trim() });

/** The slug of the team to merge into. */
export const requestMergeRequestSchema = z.strictObject({
  into: z.string().trim().min(1, 'This field is required.'),
});

export const requestMergeResponseSchema = z.object({ merge: mergeSchema });

/** `accept` and `decline` are for the owner of the team to merge into, `withdraw` for the owner of the other one. */
export const decideMergeRequestSchema = z.strictObject({
  decision: z.enum(['accept', 'decline', 'withdraw']),
});
