import { describe, expect, it } from 'vitest';
import { LINE_LISTS } from '#lib/domain/challenges/line-lists.ts';
import { GROUP_SETTINGS, groupProblem, withGroup } from '#lib/domain/registrations/groups.ts';

const phase = {
  submissionsPerDay: 2,
  submissionsTotal: 20,
  groupLimits: [{ group: 'students', submissionsPerDay: 5, submissionsTotal: 50 }],
};

describe('groups of teams', () => {
  it('gives the teams of a group its limits in place of those of the phase, and nobody else', () => {
    expect(withGroup(phase, 'students')).toMatchObject({ submissionsPerDay: 5, submissionsTotal: 50 });
    for (const group of ['', 'Students', 'industry']) expect(withGroup(phase, group)).toBe(phase);
  });

  it('closes a phase to teams outside of its groups, and says why', () => {
    expect(groupProblem({ groups: [] }, '')).toBeNull();
    expect(groupProblem({ groups: ['students', 'alumni'] }, 'alumni')).toBeNull();
    expect(groupProblem({ groups: ['students'] }, '')).toMatch(/groups students, and yours is in none/);
    expect(groupProblem({ groups: ['students'] }, 'industry')).toMatch(/yours is in the group industry/);
  });

  it('reads and writes limits as lines, and leaves what it can’t read to the schema', () => {
    const lines = LINE_LISTS['groupLimits']!;
    expect(lines.read('5 50 students of 2026')).toEqual({
      ...{ group: 'students of 2026', submissionsPerDay: 5, submissionsTotal: 50 },
    });
    expect(lines.write(phase.groupLimits[0] as never)).toBe('5 50 students');
    for (const line of ['5 students', 'students', '0 5 students', '5 50', '5.5 50 a']) {
      expect(GROUP_SETTINGS.groupLimits.schema.safeParse([lines.read(line)]).success, line).toBe(false);
    }
  });

  it('refuses two limits of one group', () => {
    const [limit] = phase.groupLimits;
    expect(GROUP_SETTINGS.groupLimits.schema.safeParse([limit, limit]).success).toBe(false);
  });
});
