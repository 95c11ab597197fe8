import { created, ok } from '../values.ts';
import {
  askToJoinRequestSchema,
  askToJoinResponseSchema,
  changeTeamResponseSchema,
  createInvitationRequestSchema,
  createInvitationResponseSchema,
  createTeamRequestSchema,
  createTeamResponseSchema,
  decideJoinRequestSchema,
  decideMergeRequestSchema,
  dissolveTeamRequestSchema,
  handOverTeamRequestSchema,
  manageTeamResponseSchema,
  readInvitationResponseSchema,
  readTeamResponseSchema,
  requestMergeRequestSchema,
  requestMergeResponseSchema,
  showMembershipRequestSchema,
} from './teams.ts';

const TEAM = '/api/v1/teams/{slug}';
const INVITATION = '/api/v1/invitations/{token}';
const once = { takesIdempotencyKey: true } as const;

/** Most changes answer with the team that was changed. */
const changed = ok(changeTeamResponseSchema);

/** The routes of teams and their members, a part of ROUTES. */
export const TEAM_ROUTES = {
  createTeam: {
    method: 'POST',
    path: '/api/v1/teams',
    action: 'team.create',
    body: createTeamRequestSchema,
    ...once,
    response: created(createTeamResponseSchema),
  },
  readTeam: { method: 'GET', path: TEAM, action: 'team.read', response: ok(readTeamResponseSchema) },
  manageTeam: {
    method: 'GET',
    path: `${TEAM}/management`,
    action: 'team.manage',
    response: ok(manageTeamResponseSchema),
  },
  createInvitation: {
    method: 'POST',
    path: `${TEAM}/invitations`,
    action: 'team.invite',
    body: createInvitationRequestSchema,
    ...once,
    response: created(createInvitationResponseSchema),
  },
  revokeInvitation: {
    method: 'POST',
    path: `${TEAM}/invitations/{id}/revoke`,
    action: 'team.invite',
    response: changed,
  },
  readInvitation: {
    method: 'GET',
    path: INVITATION,
    action: 'invitation.read',
    response: ok(readInvitationResponseSchema),
  },
  acceptInvitation: { method: 'POST', path: `${INVITATION}/accept`, action: 'team.join', response: changed },
  askToJoin: {
    method: 'POST',
    path: `${TEAM}/requests`,
    action: 'team.askToJoin',
    body: askToJoinRequestSchema,
    ...once,
    response: created(askToJoinResponseSchema),
  },
  decideJoinRequest: {
    method: 'POST',
    path: `${TEAM}/requests/{id}/decision`,
    action: 'team.decideRequest',
    body: decideJoinRequestSchema,
    response: changed,
  },
  removeMember: {
    method: 'POST',
    path: `${TEAM}/members/{member}/remove`,
    action: 'team.removeMember',
    response: changed,
  },
  showMembership: {
    method: 'POST',
    path: `${TEAM}/visibility`,
    action: 'team.show',
    body: showMembershipRequestSchema,
    response: changed,
  },
  leaveTeam: { method: 'POST', path: `${TEAM}/leave`, action: 'team.leave', response: changed },
  handOverTeam: {
    method: 'POST',
    path: `${TEAM}/hand-over`,
    action: 'team.handOver',
    body: handOverTeamRequestSchema,
    response: changed,
  },
  dissolveTeam: {
    method: 'POST',
    path: `${TEAM}/dissolve`,
    action: 'team.dissolve',
    body: dissolveTeamRequestSchema,
    response: changed,
  },
  requestMerge: {
    method: 'POST',
    path: `${TEAM}/merges`,
    action: 'team.merge',
    body: requestMergeRequestSchema,
    ...once,
    response: created(requestMergeResponseSchema),
  },
  decideMerge: {
    method: 'POST',
    path: `${TEAM}/merges/{id}/decision`,
    action: 'team.merge',
    body: decideMergeRequestSchema,
    response: changed,
  },
} as const;
