/** The view of the account page; not part of /api/v1. Times are ISO 8601 in UTC. */
export interface AccountView {
  name: string;
  email: string | null;
  teams: { slug: string; name: string; role: 'OWNER' | 'MEMBER' }[];
  tokens: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[];
  /** The browsers that are signed in, the last used first. */
  sessions: { id: string; browser: string; isCurrent: boolean; createdAt: string; lastSeenAt: string }[];
}
