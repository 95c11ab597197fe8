import type { Database } from '#lib/platform/database.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { personName, slugOf, teamName } from './names.ts';
import type { Random } from './random.ts';

const USERS = 2000;
const TEAMS = 500;
/** Of all accounts. */
export const PASSWORD = 'reads-a-large-database';
export const ORGANIZER_EMAIL = 'organizer@heldout.example';

export interface Team {
  id: string;
  slug: string;
  name: string;
  /** User IDs, the owner first. */
  members: string[];
  /** Standard normal: how good its algorithms are. */
  skill: number;
}

export interface People {
  teams: Team[];
  organizerId: string;
}

/** Users with one password, teams of four, and an organizer without a team. */
export async function createPeople(db: Database, random: Random, at: Date): Promise<People> {
  const passwordHash = await hashPassword(PASSWORD);
  const users = Array.from({ length: USERS }, (_, index) => {
    const email = index === USERS - 1 ? ORGANIZER_EMAIL : `person-${index}@heldout.example`;
    return { id: random.uuid(at), name: personName(index), email, passwordHash, createdAt: at };
  });
  const teams = Array.from({ length: TEAMS }, (_, index): Team => {
    const name = teamName(index);
    const members = users
      .filter((_user, user) => user % TEAMS === index && user < USERS - 1)
      .map(({ id }) => id);
    return { id: random.uuid(at), slug: slugOf(name), name, members, skill: random.normal() };
  });
  await db.user.createMany({ data: users });
  await db.team.createMany({ data: teams.map(({ id, slug, name }) => ({ id, slug, name, createdAt: at })) });
  await db.membership.createMany({
    data: teams.flatMap(({ id, members }) =>
      members.map((userId, place) => ({
        teamId: id,
        userId,
        role: place === 0 ? ('OWNER' as const) : ('MEMBER' as const),
      })),
    ),
  });
  return { teams, organizerId: users.at(-1)!.id };
}
