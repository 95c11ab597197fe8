import type { RateLimitRule } from './rate-limits.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** Five attempts, then delays of 1, 2, 4, … seconds up to 15 minutes. */
const PERSONAL = {
  attempts: 5,
  windowSeconds: DAY_SECONDS,
  slowsDown: { doublesEvery: 1, maxDelaySeconds: 900 },
};

/** Every limit of the site. They are counted in the database, for all of its processes together. */
export const RATE_LIMITS = {
  /** Wrong passwords of a browser that the account has signed in with before. */
  signInByDevice: { name: 'sign-in by device', ...PERSONAL },
  signInByAccountAndAddress: { name: 'sign-in by account and address', ...PERSONAL },
  signInByAddress: {
    name: 'sign-in by address',
    attempts: 50,
    windowSeconds: 15 * MINUTE_SECONDS,
    slowsDown: { doublesEvery: 10, maxDelaySeconds: 60 },
  },
  /** From all addresses together: at most about 1,800 guesses a day. */
  signInByAccount: {
    name: 'sign-in by account',
    attempts: 50,
    windowSeconds: DAY_SECONDS,
    slowsDown: { doublesEvery: 50, maxDelaySeconds: 60 },
  },
  /** Of somebody who is signed in, so that only they can use up the attempts. */
  passwordBySession: { name: 'password by session', ...PERSONAL },
  /** Enough for a workshop behind one address; it also limits how many addresses somebody can try. */
  signUpByAddress: { name: 'sign-up', attempts: 100, windowSeconds: HOUR_SECONDS },
  /** So that nobody can fill somebody's mailbox. Counts every request, whether or not the address has an account. */
  mailByRecipient: { name: 'mail to address', attempts: 5, windowSeconds: HOUR_SECONDS },
  /** Enough for a workshop behind one address. */
  mailByClient: { name: 'mail by client', attempts: 100, windowSeconds: HOUR_SECONDS },
  passwordBySignUpLink: { name: 'password by sign-up link', attempts: 10, windowSeconds: DAY_SECONDS },
  /** A code of an account, from an app or of those for recovery. */
  codeByAccount: { name: 'second factor by account', ...PERSONAL },
  uploadByAccount: { name: 'upload by account', attempts: 100, windowSeconds: HOUR_SECONDS },
  /** Of an organizer. Each set may be as large as HELDOUT_TEST_SET_MAX_MIB allows. */
  testSetByAccount: { name: 'test sets by account', attempts: 40, windowSeconds: HOUR_SECONDS },
  scorerByAccount: { name: 'scorers by account', attempts: 40, windowSeconds: HOUR_SECONDS },
  inviteByMail: { name: 'invitations by mail', attempts: 30, windowSeconds: DAY_SECONDS },
  askToJoin: { name: 'requests to join', attempts: 20, windowSeconds: DAY_SECONDS },
  /** The same ranking is stored once, so this limits the work. */
  keepRankingByAddress: { name: 'permanent links by address', attempts: 60, windowSeconds: HOUR_SECONDS },
  dataRequestByAccount: { name: 'data requests', attempts: 30, windowSeconds: DAY_SECONDS },
  /** Requests for files of releases; each part of one counts. More of them at once is what archives are for. */
  downloadByAccount: { name: 'downloads by account', attempts: 20_000, windowSeconds: HOUR_SECONDS },
  /** Requests for whole archives, and for parts of them, which parallel downloads ask for. */
  archiveByAccount: { name: 'archives by account', attempts: 1000, windowSeconds: HOUR_SECONDS },
  askToMerge: { name: 'requests to merge', attempts: 20, windowSeconds: DAY_SECONDS },
} as const satisfies Readonly<Record<string, RateLimitRule>>;

/** Requests to the API that are not answered from memory. HELDOUT_API_REQUESTS_PER_MINUTE sets their number. */
export function apiByAddress(perMinute: number): RateLimitRule {
  return { name: 'API by address', attempts: perMinute, windowSeconds: MINUTE_SECONDS };
}
