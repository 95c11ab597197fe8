import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Audience } from '#lib/domain/disclosure/disclosure.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { ACTIONS, type Action, type ActionRule, type PublicAction } from '#lib/domain/rights/actions.ts';
import { mayDo, tokenAllows } from '#lib/domain/rights/policy.ts';
import type { Subject } from '#lib/domain/rights/roles.ts';

/** The only reader of the policy (lib/domain/rights). Every use case names its action here, before it does anything. */

/** Whether the viewer may do an action, for what a page offers. */
export function may(action: Action, viewer: Viewer | null, subject?: Subject): boolean {
  const scopes = viewer?.tokenScopes;
  return mayDo(action, viewer, subject) && (scopes === undefined || tokenAllows(action, scopes));
}

/** Returns the viewer if they may do an action. Throws NOT_SIGNED_IN, FORBIDDEN, SECOND_FACTOR_NEEDED. */
export function authorize(action: PublicAction, viewer: Viewer | null, subject?: Subject): Viewer | null;
export function authorize(action: Action, viewer: Viewer | null, subject?: Subject): Viewer;
export function authorize(action: Action, viewer: Viewer | null, subject?: Subject): Viewer | null {
  if (may(action, viewer, subject)) return viewer;
  const {
    signIn = 'Sign in first.',
    refusal = 'You aren’t allowed to do this.',
    scope,
  }: ActionRule = ACTIONS[action];
  if (!viewer) throw new DomainError('NOT_SIGNED_IN', signIn);
  if (mayDo(action, viewer, subject)) throw outOfScope(scope);
  requireSecondFactor(action, viewer, subject);
  throw new DomainError('FORBIDDEN', refusal);
}

/**
 * Says to somebody who may do an action but for the second factor that this site requires that it is missing. Throws
 * SECOND_FACTOR_NEEDED.
 */
export function requireSecondFactor(action: Action, viewer: Viewer | null, subject?: Subject): void {
  if (!viewer?.lacksSecondFactor) return;
  const { lacksSecondFactor: _missing, ...equipped } = viewer;
  if (!mayDo(action, equipped, subject)) return;
  throw new DomainError(
    'SECOND_FACTOR_NEEDED',
    'This site requires a second factor of organizers and administrators, and your account has none. Set it up in your account, and try again.',
  );
}

function outOfScope(scope: ActionRule['scope']): DomainError {
  const message =
    scope === 'never'
      ? 'No API token can do this. Do it on the site, signed in.'
      : `This API token lacks the scope “${scope}”. Create one with it in your account.`;
  return new DomainError('FORBIDDEN', message);
}

/**
 * The viewer and one of their teams, by slug, if they may do an action for it. Doesn’t reveal whether another team
 * with this slug exists.
 */
export function authorizeForTeam(
  action: Action,
  viewer: Viewer | null,
  slug: string,
): { viewer: Viewer; team: Viewer['teams'][number] } {
  const team = viewer?.teams.find((candidate) => candidate.slug === slug);
  const known = authorize(action, viewer, team && { team });
  // Somebody may do it for a team without being in it; what the use case needs is a team of theirs.
  if (!team) throw new DomainError('FORBIDDEN', 'You aren’t a member of this team.');
  return { viewer: known, team };
}

/** What a submission is to the policy: of a team, in a challenge. */
export function ofSubmission({ phase, teamId }: SubmissionRow): Subject {
  return { challenge: phase.challenge, team: { id: teamId } };
}

interface SubmissionRow {
  phase: { challenge: NonNullable<Subject['challenge']> };
  teamId: string;
}

interface Joined extends Pick<Viewer['teams'][number], 'id' | 'slug' | 'name'> {
  members: readonly { userId: string; role: 'OWNER' | 'MEMBER' }[];
}

/** For a change of a team that is locked: its members are those of this moment, not of the viewer’s sign-in. */
export function authorizeForLockedTeam(action: Action, viewer: Viewer | null, team: Joined): Viewer {
  const { id, slug, name } = team;
  const member = team.members.find(({ userId }) => userId === viewer?.userId);
  const teams = member ? [{ id, slug, name, role: member.role, mergedIds: [] }] : [];
  authorize(action, viewer && { ...viewer, teams }, { team });
  return viewer!;
}

/** The audience that the viewer belongs to for a submission. */
export function audienceOf(submission: SubmissionRow, viewer: Viewer | null): Audience {
  const subject = ofSubmission(submission);
  if (may('submission.readAll', viewer, subject)) return 'organizer';
  return may('submission.read', viewer, subject) ? 'team' : 'public';
}
