/** The person who makes a request, for use cases and pages; not part of /api/v1. */
export interface Viewer {
  userId: string;
  /** Of a request with a session cookie; a request with an API token has no session. */
  sessionId?: string;
  name: string;
  email: string | null;
  isAdmin: boolean;
  teams: { id: string; slug: string; name: string; role: 'OWNER' | 'MEMBER' }[];
}
