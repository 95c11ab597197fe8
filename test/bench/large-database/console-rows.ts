import type { Database } from '#lib/platform/database.ts';
import type { SeededPhase } from './challenges.ts';
import type { People } from './people.ts';
import type { Random } from './random.ts';

const ANNOUNCEMENTS = 80;
/** Of each member of the first teams. */
const NOTIFICATIONS = 40;
const NOTIFIED_TEAMS = 50;
const HOUR_MS = 3_600_000;

/** What organizers and members read besides submissions: registrations that wait, announcements, notifications. */
export async function createConsoleRows(
  db: Database,
  random: Random,
  { people, phases, now }: { people: People; phases: readonly SeededPhase[]; now: Date },
): Promise<void> {
  const { challengeId, teams } = phases[0]!;
  const registered = new Set(teams.map(({ id }) => id));
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
  await db.registration.createMany({
    data: people.teams
      .filter(({ id }) => !registered.has(id))
      .map(({ id: teamId }, place) => {
        const createdAt = hoursAgo(place + 1);
        return { id: random.uuid(createdAt), challengeId, teamId, state: 'PENDING' as const, createdAt };
      }),
  });
  await db.announcement.createMany({
    data: Array.from({ length: ANNOUNCEMENTS }, (_, place) => {
      const createdAt = hoursAgo(24 * (place + 1));
      const text = {
        title: `News ${place}`,
        body: 'A **rule** has changed.\n\n'.repeat(3),
        author: 'Organizer',
      };
      return { id: random.uuid(createdAt), challengeId, ...text, createdAt };
    }),
  });
  const members = people.teams.slice(0, NOTIFIED_TEAMS).flatMap((team) => team.members);
  for (let place = 0; place < NOTIFICATIONS; place++) {
    const createdAt = hoursAgo(place + 1);
    const text = { kind: 'announcement', title: `News ${place}`, path: '/' };
    await db.notification.createMany({
      data: members.map((userId) => ({ id: random.uuid(createdAt), userId, ...text, createdAt })),
    });
  }
}

/**
 * Gives every attempt an image, and scored ones outputs. About one in forty has those of another team, so that the
 * search for duplicates finds hundreds among thousands.
 */
export async function markOutputs(db: Database): Promise<void> {
  await db.$executeRaw`
    UPDATE "Evaluation" SET
      "imageDigest" = 'sha256:' || md5(mark.text) || md5(mark.text),
      "outputMark" = CASE WHEN state = 'SCORED' THEN ('x' || md5(mark.text))::bit(128) END
    FROM (
      SELECT id, CASE WHEN abs(hashtext(id::text)) % 40 = 0
        THEN (abs(hashtext(id::text)) / 40 % 200)::text ELSE "submissionId"::text END AS text
      FROM "Evaluation"
    ) mark
    WHERE mark.id = "Evaluation".id AND "startedAt" IS NOT NULL`;
}
