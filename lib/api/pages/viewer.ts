import type { TokenScope } from '#lib/domain/rights/actions.ts';

/** The person who makes a request, for use cases and pages; not part of /api/v1. */
export interface Viewer {
  userId: string;
  /** Of a request with a session cookie; a request with an API token has no session. */
  sessionId?: string;
  /** Of a session: unread notifications, counted up to MAX_UNREAD. */
  unread?: number;
  /** Of a request with an API token that is limited to them; a session may do all that its account may. */
  tokenScopes?: readonly TokenScope[];
  /** Where the request comes from, for the audit trail. */
  from?: RequestOrigin;
  /** Of a person without a second factor, where the site requires one of organizers: they have no rights of these. */
  lacksSecondFactor?: true;
  name: string;
  email: string | null;
  isAdmin: boolean;
  /** `mergedIds` are the teams that have merged into it. */
  teams: { id: string; slug: string; name: string; role: 'OWNER' | 'MEMBER'; mergedIds: string[] }[];
}

export interface RequestOrigin {
  /** Network address, or for IPv6 the network of the client. */
  address: string;
  /** "Firefox on Linux", "token laptop" */
  client: string;
}
