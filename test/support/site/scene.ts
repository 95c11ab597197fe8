import { randomUUID } from 'node:crypto';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { Database } from '#lib/platform/database.ts';

/** Database rows that a test needs as its context. Each call creates new ones. */
export interface Scene {
  challengeId: string;
  challengeSlug: string;
  /** An open hidden phase with a test set of two cases. */
  phaseId: string;
  testSetId: string;
  user(options?: { isAdmin?: boolean }): Promise<string>;
  team(userId: string): Promise<{ id: string; slug: string }>;
  image(teamId: string): Promise<string>;
  /** Creates a queued evaluation of a new team. */
  evaluation(): Promise<string>;
}

export interface SceneOptions {
  kind?: 'OPEN' | 'HIDDEN';
  showsCaseScores?: boolean;
  opensAt?: Date;
  closesAt?: Date;
  perDay?: number;
  total?: number;
  counting?: 'BEST' | 'LATEST' | 'SELECTED';
  limits?: Limits;
}

export const HEX64 = 'ab'.repeat(32);
const DAY_MS = 86_400_000;

export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

export async function newScene(db: Database, options: SceneOptions = {}): Promise<Scene> {
  const challengeSlug = unique('challenge');
  const challenge = await db.challenge.create({
    data: {
      slug: challengeSlug,
      title: 'Stroke lesions',
      question: 'Who finds them?',
      summary: 'Find the lesions.',
      synthetic: true,
      testSets: { create: { ...testSetData } },
    },
    include: { testSets: true },
  });
  const testSetId = challenge.testSets[0]!.id;
  const phase = await db.phase.create({ data: phaseData(challenge.id, testSetId, options) });
  const user = async ({ isAdmin = false } = {}) =>
    (await db.user.create({ data: { name: 'Ada', email: `${unique('ada')}@example.org`, isAdmin } })).id;
  const team = async (userId: string) => {
    const slug = unique('team');
    const data = { slug, name: slug, members: { create: { userId, role: 'OWNER' as const } } };
    return db.team.create({ data: { ...data, registrations: { create: { challengeId: challenge.id } } } });
  };
  const image = async (teamId: string) =>
    (await db.image.create({ data: { teamId, fileName: 'image.tar.gz', bytes: 10n, sha256: HEX64 } })).id;
  return {
    challengeId: challenge.id,
    challengeSlug,
    phaseId: phase.id,
    testSetId,
    user,
    team,
    image,
    evaluation: async () => {
      const userId = await user();
      const { id: teamId } = await team(userId);
      const imageId = await image(teamId);
      const submission = { phaseId: phase.id, teamId, userId, imageId, algorithm: 'threshold 1' };
      const row = await db.submission.create({
        data: { ...submission, evaluations: { create: { caseCount: 2 } } },
        include: { evaluations: true },
      });
      return row.evaluations[0]!.id;
    },
  };
}

const testSetData = {
  recipient: `age1${'q'.repeat(58)}`,
  caseCount: 2,
  bytes: 2048n,
  sha256: HEX64,
  manifestBlob: HEX64,
  worst: { dice: 0, volume_difference: 100 },
  cases: {
    create: [0, 1].map((index) => ({ index, inputBlob: HEX64, truthBlob: HEX64 })),
  },
};

function phaseData(challengeId: string, testSetId: string, options: SceneOptions) {
  const now = Date.now();
  return {
    challengeId,
    testSetId,
    slug: 'test',
    title: 'Hidden test',
    position: 0,
    kind: options.kind ?? ('HIDDEN' as const),
    showsCaseScores: options.showsCaseScores ?? false,
    opensAt: options.opensAt ?? new Date(now - DAY_MS),
    closesAt: options.closesAt ?? new Date(now + DAY_MS),
    task: STROKE_T1,
    limits: options.limits ?? DEFAULT_LIMITS,
    metrics: [
      { metric: 'dice', weight: 1 },
      { metric: 'volume_difference', weight: 1 },
    ],
    counting: options.counting ?? ('BEST' as const),
    submissionsPerDay: options.perDay ?? 100,
    submissionsTotal: options.total ?? 1000,
    seed: 1,
  };
}
