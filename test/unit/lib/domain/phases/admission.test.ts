import { expect, test } from 'vitest';
import { CHALLENGE_TEMPLATES } from '#examples/challenges/templates.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const now = new Date('2026-03-01T00:00:00Z');

function problems(over: object): [string, string][] {
  const template = CHALLENGE_TEMPLATES[0]!.define(now);
  const phases = template.phases.map((phase) =>
    phase.kind === 'HIDDEN' ? { ...phase, disclosure: 'LADDER', submissionsOfAllTeams: 100 } : phase,
  );
  const { error } = challengeDefinitionSchema.safeParse({ ...template, phases, ...over });
  return (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
}

test('a challenge with a ladder phase admits teams by approval only, and says why', () => {
  expect(problems({ registration: 'APPROVAL' })).toEqual([]);
  for (const registration of ['OPEN', 'LIST'])
    expect(problems({ registration })).toEqual([
      ['registration', expect.stringMatching(/always shows a team’s first submission.*choose APPROVAL/)],
    ]);
  expect(problems({ registration: 'APPROVAL', allowedAddresses: ['uni.example'] })).toEqual([
    ['allowedAddresses', expect.stringMatching(/leave the allowed addresses empty/)],
  ]);
});
