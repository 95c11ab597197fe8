/** What the pages of teams show beyond /api/v1. */

/** The viewer's latest request to join a team. */
export interface OwnRequest {
  id: string;
  state: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN';
  reason: string;
  createdAt: string;
}
