import { describe, expect, it } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { TokenScope } from '#lib/domain/rights/actions.ts';
import { audienceOf, authorize, authorizeForTeam, may } from '#lib/site/authorization.ts';

const team = { id: 'team', slug: 'deep-water', name: 'Deep Water', role: 'MEMBER' as const, mergedIds: [] };
const member: Viewer = { userId: 'ada', name: 'Ada', email: null, isAdmin: false, teams: [team] };
const withScopes = (...tokenScopes: TokenScope[]): Viewer => ({ ...member, tokenScopes });
const challenge = (role: 'OWNER' | 'EDITOR' | 'REVIEWER') => ({
  organizers: [{ userId: 'ada', role }],
});

describe('authorize', () => {
  it('returns the viewer, and null for a visitor who may', () => {
    expect(authorize('leaderboard.read', null)).toBeNull();
    expect(authorize('team.create', member)).toBe(member);
  });

  it('asks a visitor to sign in, and says to everybody else who may', () => {
    expect(() => authorize('challenge.create', null)).toThrow(
      expect.objectContaining({ code: 'NOT_SIGNED_IN', message: 'Sign in first.' }),
    );
    expect(() => authorize('challenge.create', member)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: 'Only administrators can do this.' }),
    );
  });

  it('lets reviewers read and editors change', () => {
    const reviewed = { challenge: challenge('REVIEWER') };
    expect(may('console.read', member, reviewed)).toBe(true);
    expect(() => authorize('testset.import', member, reviewed)).toThrow('owner or editor');
    expect(may('testset.import', member, { challenge: challenge('EDITOR') })).toBe(true);
  });

  it('refuses a token without the scope of the action, and names the scope', () => {
    expect(() => authorize('team.create', withScopes('read'))).toThrow('lacks the scope “submit”');
    expect(authorize('team.create', withScopes('submit'))).toMatchObject({ userId: 'ada' });
    expect(() => authorize('account.change', withScopes('submit'))).toThrow('No API token can do this');
  });

  it('doesn’t tell a team that isn’t theirs from one that doesn’t exist', () => {
    expect(authorizeForTeam('submission.create', member, 'deep-water').team).toBe(team);
    expect(() => authorizeForTeam('submission.create', member, 'another')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: 'You aren’t a member of this team.' }),
    );
  });
});

describe('audienceOf', () => {
  const submission = { teamId: 'team', phase: { challenge: challenge('REVIEWER') } };
  const ofOthers = { teamId: 'team', phase: { challenge: { organizers: [] } } };

  it('is the highest that the viewer’s roles and their token allow', () => {
    expect(audienceOf(submission, member)).toBe('organizer');
    expect(audienceOf(ofOthers, member)).toBe('team');
    expect(audienceOf(submission, withScopes('read'))).toBe('team');
    expect(audienceOf(submission, withScopes('submit'))).toBe('public');
    expect(audienceOf(submission, null)).toBe('public');
  });
});
