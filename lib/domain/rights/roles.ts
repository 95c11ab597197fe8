/** Who somebody is towards a subject: a challenge, a team, or both for a submission. Everyone has at least one role. */

export type OrganizerRole = 'OWNER' | 'EDITOR' | 'REVIEWER';

export const ROLES = {
  visitor: { title: 'visitor', description: 'Anybody, without an account.' },
  account: { title: 'signed in', description: 'Anybody with an account, whatever their teams.' },
  teamMember: { title: 'team member', description: 'A member of the team that is concerned.' },
  teamOwner: { title: 'team owner', description: 'An owner of the team that is concerned.' },
  reviewer: {
    title: 'reviewer',
    description: 'An organizer of the challenge who sees everything of it and changes nothing.',
  },
  editor: {
    title: 'editor',
    description: 'An organizer of the challenge who also runs it: test sets, scorers, submissions.',
  },
  owner: {
    title: 'owner',
    description: 'An organizer of the challenge who may do everything in it.',
  },
  otherOrganizer: {
    title: 'organizer of another',
    description: 'An organizer of any challenge, towards what isn’t theirs.',
  },
  administrator: {
    title: 'administrator',
    description: 'Whoever runs the site. Has the rights of an owner in every challenge, and none in teams.',
  },
} as const satisfies Readonly<Record<string, { title: string; description: string }>>;

export type Role = keyof typeof ROLES;
export const ALL_ROLES = Object.keys(ROLES) as Role[];

export interface Person {
  userId: string;
  isAdmin: boolean;
  /** The site requires a second factor of organizers and administrators, and theirs is missing. */
  lacksSecondFactor?: true;
  /** `mergedIds` are teams that have merged into it: its members have the same roles towards what those left. */
  teams: readonly { id: string; role: 'OWNER' | 'MEMBER'; mergedIds?: readonly string[] }[];
}

/** What an action is about. An action on nothing in particular, such as creating a team, has no subject. */
export interface Subject {
  challenge?: { organizers: readonly { userId: string; role: OrganizerRole }[] };
  team?: { id: string };
  /** Whether the person organizes any challenge; only for actions that ask for it. */
  organizesAny?: boolean;
}

const ORGANIZER_ROLES = { OWNER: 'owner', EDITOR: 'editor', REVIEWER: 'reviewer' } as const;

/** All roles that a person has towards a subject; null is a visitor. */
export function rolesOf(person: Person | null, { challenge, team, organizesAny }: Subject = {}): Role[] {
  if (!person) return ['visitor'];
  const membership =
    team && person.teams.find(({ id, mergedIds }) => id === team.id || mergedIds?.includes(team.id));
  const organizer = challenge?.organizers.find(({ userId }) => userId === person.userId);
  const mayOrganize = !person.lacksSecondFactor;
  const roles: (Role | false | undefined)[] = [
    'account',
    membership && (membership.role === 'OWNER' ? 'teamOwner' : 'teamMember'),
    mayOrganize && organizer && ORGANIZER_ROLES[organizer.role],
    mayOrganize && organizesAny && 'otherOrganizer',
    mayOrganize && person.isAdmin && 'administrator',
  ];
  return roles.filter((role): role is Role => Boolean(role));
}
