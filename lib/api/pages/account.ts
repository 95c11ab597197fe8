/** The view of the account page; not part of /api/v1. Times are ISO 8601 in UTC. */
export interface AccountView {
  name: string;
  /** null: not given. */
  affiliation: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  orcid: string | null;
  email: string | null;
  /** Whether the owner has opened a link that was mailed there. */
  isEmailConfirmed: boolean;
  /** Whether the site can mail links. */
  sendsMail: boolean;
  teams: { slug: string; name: string; role: 'OWNER' | 'MEMBER' }[];
  tokens: {
    id: string;
    name: string;
    scopes: string[];
    createdAt: string;
    lastUsedAt: string | null;
    /** null: never. */
    expiresAt: string | null;
    isExpired: boolean;
  }[];
  twoFactor: {
    /** `started`: a secret waits for its first code. */
    state: 'off' | 'started' | 'on';
    /** Of a secret that waits: as a picture, and to type. */
    setUp: { picture: string; secret: string } | null;
    recoveryCodes: number;
    /** The site requires it of this person. */
    isRequired: boolean;
  };
  /** The provider accounts with which somebody signs in. */
  identities: { id: string; provider: string; providerName: string; label: string; createdAt: string }[];
  /** The providers of the site. */
  providers: { id: string; name: string }[];
  /** The browsers that are signed in, the last used first. */
  sessions: { id: string; browser: string; isCurrent: boolean; createdAt: string; lastSeenAt: string }[];
}

/** What the page of one's download key shows without the password. */
export interface DownloadKeyView {
  /** null: it is created when it is first needed. */
  createdAt: string | null;
  /** age1…, if its owner entered one. */
  ownRecipient: string | null;
  /** How many were replaced. */
  earlierKeys: number;
}
