import { createHmac, randomBytes } from 'node:crypto';
import { MAX_UNREAD } from '#lib/api/pages/reader.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { SiteEnvironment } from '#lib/site/environment.ts';
import type { Site } from '#lib/site/site.ts';
import { type ViewerColumns, viewerColumns } from '#lib/site/viewer-columns.ts';
import { SESSION_SECONDS } from './session-cookie.ts';
import type { SignedIn } from './sign-in.ts';

/**
 * A session is a row, and its cookie a token of 256 random bits that names the row. Deleting the row ends the
 * session at its next request, in every site process.
 */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** Only who has proved that the account is theirs reads it. */
const DISABLED = 'This account is disabled. Ask the administrators of this site why.';

/** Precise enough, and saves a write per request. */
const LAST_SEEN_EVERY_MS = 60_000;

/**
 * Starts a session and returns the token for its cookie. `passwordHash` is the one that the password was compared
 * with: if the password has changed meanwhile, the sign-in is refused, because the change has ended every session. An
 * account with a second factor is refused without it.
 */
export async function startSession(
  { db, environment, now }: Site,
  {
    userId,
    passwordHash,
    hasPassedSecondFactor,
  }: Pick<SignedIn, 'userId' | 'passwordHash' | 'hasPassedSecondFactor'>,
  browser: string,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const at = now();
  await db.$transaction(async (tx) => {
    const [user] = await tx.$queryRaw<
      { passwordHash: string | null; needsCode: boolean; isDisabled: boolean }[]
    >`
      SELECT "passwordHash", "totpConfirmedAt" IS NOT NULL AS "needsCode", "disabledAt" IS NOT NULL AS "isDisabled"
      FROM "User" WHERE id = ${userId}::uuid FOR SHARE`;
    if (user?.passwordHash !== passwordHash) {
      throw new DomainError('NOT_SIGNED_IN', 'The password has just been changed. Sign in with the new one.');
    }
    if (user.isDisabled) throw new DomainError('NOT_SIGNED_IN', DISABLED);
    // Also where no page asks for the code.
    if (user.needsCode && !hasPassedSecondFactor) {
      throw new DomainError(
        'NOT_SIGNED_IN',
        'This account has a second factor. Sign in on the sign-in page.',
      );
    }
    await tx.session.create({
      data: {
        userId,
        tokenHash: hashToken(environment, token),
        browser,
        createdAt: at,
        lastSeenAt: at,
        expiresAt: new Date(at.getTime() + SESSION_SECONDS * 1000),
      },
    });
  });
  await db.session.deleteMany({ where: { expiresAt: { lte: at } } });
  return token;
}

interface FoundSession extends ViewerColumns {
  id: string;
  /** Whether they organize any challenge. */
  isOrganizer: boolean;
  /** Notifications, counted up to MAX_UNREAD. */
  unread: number;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** The session of a cookie with its account; null if it has ended or never existed. */
export async function findSession(
  { db, environment, now }: Pick<Site, 'db' | 'environment' | 'now'>,
  token: string | undefined,
): Promise<FoundSession | null> {
  if (!token || !TOKEN_PATTERN.test(token)) return null;
  const [session] = await db.$queryRaw<FoundSession[]>`
    SELECT session.id, session."lastSeenAt", session."expiresAt", ${viewerColumns},
      EXISTS (SELECT 1 FROM "Organizer" organizer WHERE organizer."userId" = person.id) AS "isOrganizer",
      (SELECT count(*)::int FROM (
        SELECT 1 FROM "Notification" notification
        WHERE notification."userId" = person.id AND notification."readAt" IS NULL LIMIT ${MAX_UNREAD}
      ) unread) AS unread
    FROM "Session" session JOIN "User" person ON person.id = session."userId"
    WHERE session."tokenHash" = ${hashToken(environment, token)} AND person."disabledAt" IS NULL`;
  const at = now();
  if (!session || session.expiresAt <= at) return null;
  if (at.getTime() - session.lastSeenAt.getTime() > LAST_SEEN_EVERY_MS) {
    await db.session.updateMany({ where: { id: session.id }, data: { lastSeenAt: at } });
  }
  return session;
}

/** Ends the session of a cookie, if there is one. */
export async function endSession({ db, environment }: Site, token: string | undefined): Promise<void> {
  if (!token || !TOKEN_PATTERN.test(token)) return;
  await db.session.deleteMany({ where: { tokenHash: hashToken(environment, token) } });
}

/** Sets a password and ends the account's sessions, except for `keptSessionId`. */
export async function setPassword(
  tx: Transaction,
  userId: string,
  passwordHash: string,
  keptSessionId?: string,
): Promise<void> {
  // First the password: a sign-in with the old one then waits for this row, and is refused.
  await tx.user.update({ where: { id: userId }, data: { passwordHash } });
  const others = keptSessionId === undefined ? {} : { id: { not: keptSessionId } };
  await tx.session.deleteMany({ where: { userId, ...others } });
}

/** Keyed with the site's secret, so that a copy of the database can't be searched for a token, and a new secret ends every session. */
function hashToken({ sessionSecret }: SiteEnvironment, token: string): string {
  return createHmac('sha256', sessionSecret).update(`session\n${token}`).digest('hex');
}
