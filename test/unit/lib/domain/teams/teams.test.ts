import { expect, test } from 'vitest';
import { messageSchema } from '#lib/api/values.ts';
import { invitationState } from '#lib/domain/teams/invitation.ts';
import { MAX_TEAM_MEMBERS, sizeProblem } from '#lib/domain/teams/limits.ts';

const STROKE = { title: 'Stroke', maxTeamSize: 3 };
const OPEN = { title: 'Open', maxTeamSize: null };

test.each([
  [3, [STROKE, OPEN], null],
  [4, [OPEN], null],
  [4, [OPEN, STROKE], 'Teams in “Stroke” have at most 3 members.'],
  [2, [{ title: 'Alone', maxTeamSize: 1 }], 'Teams in “Alone” have at most one member.'],
  [MAX_TEAM_MEMBERS, [], null],
  [MAX_TEAM_MEMBERS + 1, [], 'A team has at most 50 members.'],
])('a team of %d in these challenges: %s, problem: %s', (size, challenges, problem) => {
  expect(sizeProblem(size, challenges)).toBe(problem);
});

test.each([
  [{}, 'open'],
  [{ uses: 2 }, 'used'],
  [{ expiresAt: new Date('2026-03-01T00:00:00Z') }, 'expired'],
  [{ revokedAt: new Date('2026-02-01T00:00:00Z'), uses: 2 }, 'revoked'],
] as const)('an invitation for two with %j is %s', (changed, state) => {
  const expiresAt = new Date('2026-03-01T00:00:01Z');
  const row = { uses: 1, maxUses: 2, expiresAt, revokedAt: null, ...changed };
  expect(invitationState(row, new Date('2026-03-01T00:00:00Z'))).toBe(state);
});

test('a message keeps its lines, and can’t hide anything', () => {
  const schema = messageSchema(20);
  expect(schema.parse('  Two\r\nlines 👩🏽‍🔬  ')).toBe('Two\nlines 👩🏽‍🔬');
  for (const bad of ['', ' \n ', 'x'.repeat(21), 'a\u202Eb', 'a\u3164', '\u2800']) {
    expect(schema.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
});
