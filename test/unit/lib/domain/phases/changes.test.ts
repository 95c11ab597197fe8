import { describe, expect, it } from 'vitest';
import { CHALLENGE_TEMPLATES } from '#examples/challenges/templates.ts';
import { findChanges } from '#lib/domain/phases/changes.ts';
import { NO_FACTS, type PhaseFacts } from '#lib/domain/phases/facts.ts';
import {
  type ChallengeDefinition,
  challengeDefinitionSchema,
  type PhaseDefinition,
} from '#lib/domain/phases/phase.ts';

const now = new Date('2026-03-01T00:00:00Z');
const before = challengeDefinitionSchema.parse(CHALLENGE_TEMPLATES[0]!.define(now));
const first = before.phases[0]!;

function changed(over: Partial<PhaseDefinition>, facts: Partial<PhaseFacts> = {}) {
  const after: ChallengeDefinition = { ...before, phases: before.phases.with(0, { ...first, ...over }) };
  return findChanges(before, after, () => ({ ...NO_FACTS, now, ...facts }));
}

/** Another value of each setting. */
const OTHERS: Record<Exclude<keyof PhaseDefinition, 'slug' | 'limits'>, unknown> = {
  title: 'Another title',
  zone: 'Europe/Berlin',
  opensAt: '2026-02-03T04:05:00Z',
  closesAt: '2027-02-03T04:05:00Z',
  lateUntil: '2027-03-03T04:05:00Z',
  kind: first.kind === 'OPEN' ? 'HIDDEN' : 'OPEN',
  metrics: [{ metric: 'sensitivity', weight: 3 }],
  metricSets: [{ name: 'Overlap', metrics: ['dice'] }],
  ranking: first.ranking === 'AGGREGATE_THEN_RANK' ? 'RANK_THEN_AGGREGATE' : 'AGGREGATE_THEN_RANK',
  summary: first.summary === 'MEAN' ? 'MEDIAN' : 'MEAN',
  connectivity: first.connectivity === 6 ? 26 : 6,
  counting: first.counting === 'BEST' ? 'LATEST' : 'BEST',
  seed: first.seed + 1,
  submissionsPerDay: first.submissionsPerDay + 1,
  submissionsTotal: first.submissionsTotal + 1,
  submissionsRolling: 4,
  rollingHours: 72,
  submissionsAtOnce: 2,
  freeFailures: 3,
  computeHours: 12,
  graceMinutes: 15,
  acceptsLate: true,
  keepsRehearsal: true,
  gate: { phase: before.phases[1]?.slug ?? 'rehearsal', threshold: 0.5 },
  groups: ['students'],
  groupLimits: [{ group: 'students', submissionsPerDay: 4, submissionsTotal: 9 }],
  asksComment: 'OPTIONAL',
  asksCode: 'REQUIRED',
  asksPaper: 'OPTIONAL',
  contract: first.contract === 'BATCH' ? 'EXEC' : 'BATCH',
  task: { ...first.task, inputs: first.task.inputs.slice(0, 1) },
  acceptsMissingGeometry: !first.acceptsMissingGeometry,
  gpu: { count: 3 },
  requiresGvisor: !first.requiresGvisor,
  disclosure: 'SEALED',
  submissionsOfAllTeams: 500,
  showsOwnScores: true,
  heldBackPercent: 40,
  decimals: first.decimals + 1,
  showsCaseScores: !first.showsCaseScores,
  recordsVolumes: !first.recordsVolumes,
  keepsLogs: !first.keepsLogs,
  keepsPredictionsDays: first.keepsPredictionsDays + 1,
};

describe('the changes of a definition', () => {
  it('are none where nothing differs', () => {
    expect(findChanges(before, structuredClone(before), () => ({ ...NO_FACTS, now }))).toEqual([]);
  });

  it.each(Object.entries(OTHERS))('name a new %s, its old and its new value in words', (name, value) => {
    const [change, ...more] = changed({ [name]: value });
    expect(more).toEqual([]);
    expect(change).toMatchObject({ path: `phases[0].${name}`, phase: first.slug, refusal: null });
    expect(change!.before).not.toBe(change!.after);
    expect(`${change!.before} ${change!.after}`).not.toMatch(/\[object|undefined|[A-Z]{3,}_/);
  });

  it('show dates in the zone of the phase, and say what another zone means', () => {
    const [zone, closes] = changed({ zone: 'Etc/GMT+12', closesAt: '2027-03-01T11:59:00Z' });
    expect(zone).toMatchObject({ label: 'Time zone', after: 'anywhere on earth', refusal: null });
    expect(zone!.consequence).toMatch(/dates of the phase in this zone/);
    expect(closes!.after).toBe('2027-02-28 23:59 anywhere on earth (2027-03-01 11:59 UTC)');
  });

  it('name each limit', () => {
    const changes = changed({ limits: { ...first.limits, pids: 8, outputMib: 2048 } });
    expect(changes).toMatchObject([
      { path: 'phases[0].limits.pids', after: '8 processes and threads' },
      { path: 'phases[0].limits.outputMib', after: '2 GiB of output per case' },
    ]);
  });

  it('refuse what judges submissions once there is one, also limits and a removal', () => {
    const facts = { submissions: 1 };
    expect(changed({ metrics: [{ metric: 'dice', weight: 1 }] }, facts)[0]!.refusal).toMatch(/can’t change/);
    expect(changed({ limits: { ...first.limits, cpus: 7 } }, facts)[0]!.refusal).toMatch(/can’t change/);
    expect(
      changed({ decimals: 1, submissionsPerDay: 99, title: 'x' }, facts).map((one) => one.refusal),
    ).toEqual([null, null, null]);
    const without = { ...before, phases: [{ ...first, slug: 'other' }] };
    const removed = findChanges(before, without, () => ({ ...NO_FACTS, now, ...facts })).find(
      ({ label }) => label === 'Removed phase',
    );
    expect(removed?.refusal).toMatch(/has submissions/);
  });

  it.each<[string, Partial<PhaseDefinition>, Partial<PhaseFacts>, RegExp]>([
    [
      'closing',
      { opensAt: '2026-01-01T00:00:00Z', closesAt: '2026-02-01T00:00:00Z' },
      { unfinished: 2 },
      /2 evaluations that are waiting or running still end and count/,
    ],
    ['an extension', { closesAt: '2029-01-01T00:00:00Z' }, {}, /Teams have \d+ days more\.$/],
    ['a shorter phase', { closesAt: '2026-03-01T05:00:00Z' }, {}, /days less/],
    ['a smaller quota', { submissionsTotal: 2 }, { usedTotals: [1, 2, 7] }, /2 teams have used 2 or more/],
    ['fewer decimals', { decimals: 0 }, {}, /Ranks stay/],
    ['scores of cases', { showsCaseScores: !first.showsCaseScores }, { submissions: 1 }, /single cases/],
    [
      'another task',
      { task: { ...first.task, inputs: first.task.inputs.slice(0, 1) } },
      { hasTestSet: true },
      /import it again/,
    ],
  ])('say what %s brings about', (_name, over, facts, words) => {
    expect(
      changed(over, facts)
        .map(({ consequence }) => consequence)
        .join(' '),
    ).toMatch(words);
  });
});
