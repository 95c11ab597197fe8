/** Members of a team at most, whatever a challenge allows. */
export const MAX_TEAM_MEMBERS = 50;

/** Quotas are per team, so a limit on teams also limits the quota of one person. */
export const MAX_OWNED_TEAMS = 10;

/** Invitations of a team that are open at the same time. */
export const MAX_OPEN_INVITATIONS = 20;

/** Requests to join that wait at the same time, of one person and for one team. */
export const MAX_OPEN_REQUESTS = 20;

export const MAX_INVITATION_DAYS = 90;
export const DEFAULT_INVITATION_DAYS = 14;

/** Characters of what a person writes to a team's owner, and of the owner's reason. */
export const MAX_MESSAGE_LENGTH = 500;

/** A challenge in which a team takes part. */
export interface EnteredChallenge {
  title: string;
  /** null means any number. */
  maxTeamSize: number | null;
}

/** Why a team can't have `size` members; null if it can. */
export function sizeProblem(size: number, challenges: readonly EnteredChallenge[]): string | null {
  if (size > MAX_TEAM_MEMBERS) return `A team has at most ${MAX_TEAM_MEMBERS} members.`;
  for (const { title, maxTeamSize } of challenges) {
    if (maxTeamSize === null || size <= maxTeamSize) continue;
    const members = maxTeamSize === 1 ? 'one member' : `${maxTeamSize} members`;
    return `Teams in “${title}” have at most ${members}.`;
  }
  return null;
}
