import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { Database } from '#lib/platform/database.ts';
import { METRICS_OF_PHASES, type SyntheticCase, syntheticCases, WORST } from './case-results.ts';
import type { People, Team } from './people.ts';
import type { Random } from './random.ts';

export const CASES = 150;
export const LARGE_CHALLENGE = 'stroke-lesions';
export const MAIN_PHASE = 'test';
/** The key that the test sets are sealed to. */
export const RECIPIENT = `age1${'q'.repeat(58)}`;

const DAY_MS = 86_400_000;
const DECADE_DAYS = 3650;

interface PhasePlan {
  slug: string;
  title: string;
  kind: 'OPEN' | 'HIDDEN';
  /** In days from now, negative for the past. */
  opensDays: number;
  closesDays: number;
  /** Scored submissions. */
  submissions: number;
}

/** Twenty thousand scored submissions. */
const CHALLENGES: readonly { slug: string; title: string; teams: number; phases: readonly PhasePlan[] }[] = [
  {
    slug: LARGE_CHALLENGE,
    title: 'Stroke lesions in T1-weighted MRI',
    teams: 480,
    phases: [
      {
        slug: 'practice',
        title: 'Practice',
        kind: 'OPEN',
        opensDays: -300,
        closesDays: DECADE_DAYS,
        submissions: 1500,
      },
      {
        slug: 'validation',
        title: 'Validation',
        kind: 'HIDDEN',
        opensDays: -300,
        closesDays: -120,
        submissions: 3500,
      },
      {
        slug: MAIN_PHASE,
        title: 'Hidden test',
        kind: 'HIDDEN',
        opensDays: -120,
        closesDays: DECADE_DAYS,
        submissions: 14_000,
      },
    ],
  },
  {
    slug: 'white-matter',
    title: 'White matter lesions',
    teams: 100,
    phases: [
      {
        slug: MAIN_PHASE,
        title: 'Hidden test',
        kind: 'HIDDEN',
        opensDays: -200,
        closesDays: DECADE_DAYS,
        submissions: 1000,
      },
    ],
  },
];

export interface SeededPhase extends PhasePlan {
  id: string;
  challengeId: string;
  /** Registered for the challenge. */
  teams: Team[];
  cases: SyntheticCase[];
  opensAt: Date;
  /** When it closes, or now if it is still open. */
  endsAt: Date;
}

/** Challenges with their phases, test sets, registrations and audit events. */
export async function createChallenges(
  db: Database,
  random: Random,
  { people, now }: { people: People; now: Date },
): Promise<SeededPhase[]> {
  const seeded: SeededPhase[] = [];
  for (const { slug, title, teams: teamCount, phases } of CHALLENGES) {
    const createdAt = inDays(now, -320);
    const challengeId = random.uuid(createdAt);
    const text = {
      question: 'Which algorithm finds the lesions?',
      summary: 'A challenge with many submissions.\n\nIts scores are random.',
      citation: 'Large challenge, for measurements.',
    };
    await db.challenge.create({
      data: {
        id: challengeId,
        slug,
        title,
        ...text,
        synthetic: true,
        createdAt,
        organizers: { create: { userId: people.organizerId, role: 'OWNER' } },
      },
    });
    const teams = people.teams.slice(0, teamCount);
    await db.registration.createMany({
      data: teams.map(({ id }) => ({ challengeId, teamId: id, createdAt })),
    });
    await db.auditEvent.createMany({
      data: teams.map((team) => {
        const at = new Date(createdAt.getTime() + random.below(20 * DAY_MS));
        return {
          id: random.uuid(at),
          at,
          actor: 'A member',
          action: 'team.register',
          challengeId,
          detail: { team: team.slug },
        };
      }),
    });
    for (const [position, plan] of phases.entries()) {
      seeded.push(await createPhase(db, random, { ...plan, position, challengeId, teams, now }));
    }
  }
  return seeded;
}

async function createPhase(
  db: Database,
  random: Random,
  {
    position,
    challengeId,
    teams,
    now,
    ...plan
  }: PhasePlan & { position: number; challengeId: string; teams: Team[]; now: Date },
): Promise<SeededPhase> {
  const [opensAt, closesAt] = [inDays(now, plan.opensDays), inDays(now, plan.closesDays)];
  const testSetId = random.uuid(opensAt);
  const id = random.uuid(opensAt);
  const blob = () => random.hex(64);
  const sealed = {
    recipient: RECIPIENT,
    caseCount: CASES,
    bytes: 5_000_000_000n,
    sha256: blob(),
    manifestBlob: blob(),
  };
  await db.testSet.create({
    data: {
      ...{ id: testSetId, challengeId, ...sealed, worst: WORST, createdAt: opensAt },
      cases: {
        createMany: {
          data: Array.from({ length: CASES }, (_, index) => ({
            index,
            inputBlob: blob(),
            truthBlob: blob(),
          })),
        },
      },
    },
  });
  await db.phase.create({
    data: {
      ...{ id, challengeId, testSetId, position, opensAt, closesAt },
      ...{ slug: plan.slug, title: plan.title, kind: plan.kind, scoresVersion: plan.submissions },
      ...{
        keepsLogs: plan.kind === 'OPEN',
        task: STROKE_T1,
        limits: DEFAULT_LIMITS,
        metrics: METRICS_OF_PHASES.map((one) => ({ ...one })),
      },
      ...{ submissionsPerDay: 20, submissionsTotal: 10_000, seed: 1 },
    },
  });
  const cases = syntheticCases(random, CASES);
  const endsAt = closesAt < now ? closesAt : now;
  return { ...plan, id, challengeId, teams, cases, opensAt, endsAt };
}

function inDays(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}
