import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { LARGE_CHALLENGE, MAIN_PHASE } from '#test/bench/large-database/challenges.ts';

/** Who asks: by a session cookie (`members` are several), by an API token, or as a visitor without either. */
export type Reader = 'visitor' | 'member' | 'members' | 'organizer' | 'token';

/** A page or a route that is measured. */
export interface Row {
  name: string;
  reader: Reader;
  /** Pages have a limit for their size, and those of visitors for how many are served. */
  kind: 'page' | 'route';
  path(places: Places): string;
}

/** What the addresses depend on. */
export interface Places {
  /** `after` of the leaderboard's second page. */
  secondPage: string;
  /** A submission on the leaderboard. */
  publicSubmission: string;
  /** A submission of the member's team, and that team. */
  ownSubmission: string;
  ownTeam: string;
}

const challenge = `/challenges/${LARGE_CHALLENGE}`;
const leaderboard = `${challenge}/leaderboard`;
const phase = { slug: LARGE_CHALLENGE, phase: MAIN_PHASE };

const page = (name: string, reader: Reader, path: Row['path']): Row => ({ name, reader, kind: 'page', path });
const route = (name: string, path: Row['path']): Row => ({ name, reader: 'token', kind: 'route', path });

/** The page that is read while new scores are recorded. */
export const LEADERBOARD = page('leaderboard', 'visitor', () => leaderboard);

export const ROWS: readonly Row[] = [
  page('home', 'visitor', () => '/'),
  page('challenge', 'visitor', () => challenge),
  page('evaluation', 'visitor', () => `${challenge}/evaluation`),
  LEADERBOARD,
  page('leaderboard-sorted', 'visitor', () => `${leaderboard}?phase=${MAIN_PHASE}&sort=hd95`),
  page(
    'leaderboard-second',
    'visitor',
    ({ secondPage }) => `${leaderboard}?phase=${MAIN_PHASE}&after=${secondPage}`,
  ),
  page('leaderboard-search', 'visitor', () => `${leaderboard}?phase=${MAIN_PHASE}&q=imaging`),
  page('submission', 'visitor', ({ publicSubmission }) => `/submissions/${publicSubmission}`),
  page('teams', 'visitor', () => `${challenge}/teams`),
  page('team', 'visitor', ({ ownTeam }) => `/teams/${ownTeam}`),
  page('announcements', 'visitor', () => `${challenge}/announcements`),
  page('sign-in', 'visitor', () => '/sign-in'),
  page('members-home', 'members', () => '/'),
  page('members-challenge', 'members', () => challenge),
  page('members-evaluation', 'members', () => `${challenge}/evaluation`),
  page('members-leaderboard', 'members', () => leaderboard),
  page('member-submit', 'member', () => `${challenge}/submit`),
  page('member-submission', 'member', ({ ownSubmission }) => `/submissions/${ownSubmission}`),
  page('member-submissions', 'member', () => `${challenge}/submissions`),
  page('member-account', 'member', () => '/account'),
  page('member-notifications', 'member', () => '/account/notifications'),
  page('member-team', 'member', ({ ownTeam }) => `/teams/${ownTeam}`),
  page('member-team-management', 'member', ({ ownTeam }) => `/teams/${ownTeam}/manage`),
  page('organizer-console', 'organizer', () => `/organize/${LARGE_CHALLENGE}`),
  page('organizer-submissions', 'organizer', () => `/organize/${LARGE_CHALLENGE}/submissions`),
  page('organizer-search', 'organizer', () => `/organize/${LARGE_CHALLENGE}/submissions?q=imaging`),
  page('organizer-queue', 'organizer', () => `/organize/${LARGE_CHALLENGE}/queue`),
  page('organizer-audit', 'organizer', () => `/organize/${LARGE_CHALLENGE}/audit`),
  ...[
    'registrations',
    'announcements',
    'results',
    'export',
    'leaks',
    'rescorings',
    'organizers',
    'settings',
  ].map((tab) => page(`organizer-${tab}`, 'organizer', () => `/organize/${LARGE_CHALLENGE}/${tab}`)),
  page('organizer-results-scored', 'organizer', () => `/organize/${LARGE_CHALLENGE}/results/${MAIN_PHASE}`),
  page('organizer-phase', 'organizer', () => `/organize/${LARGE_CHALLENGE}/phases/${MAIN_PHASE}`),
  page('organizer-images', 'organizer', () => `/organize/${LARGE_CHALLENGE}/submissions/duplicates`),
  page(
    'organizer-outputs',
    'organizer',
    () => `/organize/${LARGE_CHALLENGE}/submissions/duplicates?kind=outputs`,
  ),
  page('organizer-submission', 'organizer', ({ ownSubmission }) => `/submissions/${ownSubmission}`),
  route('read-challenge', () => routeAddress(ROUTES.readChallenge, { slug: LARGE_CHALLENGE })),
  route('read-leaderboard', () => routeAddress(ROUTES.readLeaderboard, phase)),
  route('export-leaderboard', () => routeAddress(ROUTES.exportLeaderboard, phase)),
  route('read-submission', ({ ownSubmission }) => routeAddress(ROUTES.readSubmission, { id: ownSubmission })),
  route('list-images', ({ ownTeam }) => routeAddress(ROUTES.listImages, {}, { team: ownTeam })),
];

/** The time until a new score is on the leaderboard. */
export const NEW_SCORE = 'new-score';
export const NAMES: readonly string[] = [...ROWS.map(({ name }) => name), NEW_SCORE];

/** Whether the page is the same for all visitors, so that it can be served to many. */
export function isPublicPage({ kind, reader }: Row): boolean {
  return kind === 'page' && reader === 'visitor';
}
