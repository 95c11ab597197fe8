import { describe, expect, it } from 'vitest';
import { ACTIONS, type ActionRule, ALL_ACTIONS } from '#lib/domain/rights/actions.ts';
import { isAllowed, mayDo, tokenAllows } from '#lib/domain/rights/policy.ts';
import { ALL_ROLES, type Person, rolesOf } from '#lib/domain/rights/roles.ts';

const ADA: Person = { userId: 'ada', isAdmin: false, teams: [] };
const inTeam = (role: 'OWNER' | 'MEMBER'): Person => ({ ...ADA, teams: [{ id: 'team', role }] });
const organizedBy = (role: 'OWNER' | 'EDITOR' | 'REVIEWER') => ({ organizers: [{ userId: 'ada', role }] });

describe('rolesOf', () => {
  it('gives everyone a role, and more than one to whoever has several', () => {
    expect(rolesOf(null)).toEqual(['visitor']);
    expect(rolesOf(ADA)).toEqual(['account']);
    expect(rolesOf({ ...ADA, isAdmin: true })).toEqual(['account', 'administrator']);
    const both = { team: { id: 'team' }, challenge: organizedBy('EDITOR') };
    expect(rolesOf(inTeam('OWNER'), both)).toEqual(['account', 'teamOwner', 'editor']);
  });

  it('counts a role only for its own team and challenge', () => {
    expect(rolesOf(inTeam('MEMBER'), { team: { id: 'another' } })).toEqual(['account']);
    const others = { organizers: [{ userId: 'olga', role: 'OWNER' as const }] };
    expect(rolesOf(ADA, { challenge: others })).toEqual(['account']);
  });
});

describe('the policy', () => {
  it('lets whoever has several roles do what any of them may', () => {
    const subject = { team: { id: 'team' }, challenge: organizedBy('REVIEWER') };
    expect(mayDo('submission.cancel', ADA, subject)).toBe(false);
    expect(mayDo('submission.cancel', inTeam('MEMBER'), subject)).toBe(true);
  });

  it('gives an administrator no right in teams', () => {
    const administrator = { ...ADA, isAdmin: true };
    expect(mayDo('submission.create', administrator, { team: { id: 'team' } })).toBe(false);
    expect(mayDo('testset.import', administrator, { challenge: { organizers: [] } })).toBe(true);
  });

  it('never gives a lower role more than a higher one', () => {
    const steps = [
      ['visitor', 'account'],
      ['account', 'teamMember'],
      ['teamMember', 'teamOwner'],
      ['account', 'reviewer'],
      ['reviewer', 'editor'],
      ['editor', 'owner'],
      ['account', 'otherOrganizer'],
      ['owner', 'administrator'],
    ] as const;
    for (const [lower, higher] of steps) {
      const lost = ALL_ACTIONS.filter((action) => isAllowed(lower, action) && !isAllowed(higher, action));
      expect(lost, `${lower} and ${higher}`).toEqual([]);
    }
  });

  it('says to everybody who is refused why', () => {
    for (const action of ALL_ACTIONS) {
      const { roles, refusal }: ActionRule = ACTIONS[action];
      const isForAccounts = roles.includes('account');
      expect(Boolean(refusal) || isForAccounts, action).toBe(true);
    }
  });

  it('names each role in some row', () => {
    for (const role of ALL_ROLES) {
      expect(ALL_ACTIONS.some((action) => isAllowed(role, action))).toBe(true);
    }
  });
});

describe('tokenAllows', () => {
  it('asks for the scope of the action', () => {
    expect(tokenAllows('submission.create', ['submit'])).toBe(true);
    expect(tokenAllows('submission.create', ['read', 'organize'])).toBe(false);
    expect(tokenAllows('leaderboard.read', [])).toBe(true);
  });

  it('keeps every token away from the account', () => {
    expect(tokenAllows('account.change', ['read', 'submit', 'organize'])).toBe(false);
  });
});
