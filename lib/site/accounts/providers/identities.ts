import { z } from 'zod';
import { accountSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { decrypt, encrypt } from '#lib/site/encryption.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Somebody at a provider, who has just signed in there. */
export interface ProviderIdentity {
  provider: string;
  /** The provider's own, permanent name for the person. */
  subject: string;
  /** The person's name there; may be empty. */
  label: string;
}

/** What became of signing in at a provider. */
export type ProviderOutcome =
  | { kind: 'linked' }
  | { kind: 'signedIn'; user: SignedIn }
  /** No account belongs to the identity. `pending` names it for a few minutes, encrypted. */
  | { kind: 'unknown'; pending: string };

const PENDING_MS = 15 * 60_000;
const MAX_LABEL = 80;

/**
 * Signs in to the account of an identity, or links it to the account that is signed in. Accounts are never matched by
 * email address: a provider may not have verified it. Throws CONFLICT if the identity belongs to another account.
 */
export async function signInWithProvider(
  site: Site,
  identity: ProviderIdentity,
  viewer: Viewer | null,
): Promise<ProviderOutcome> {
  const { provider, subject } = identity;
  const label = identity.label.slice(0, MAX_LABEL);
  const found = await site.db.identity.findUnique({
    where: { provider_subject: { provider, subject } },
    include: { user: true },
  });
  if (viewer) {
    const { userId } = authorize('account.change', viewer);
    if (found && found.userId !== userId) {
      throw new DomainError(
        'CONFLICT',
        'This sign-in belongs to another account here. Unlink it there first.',
      );
    }
    if (!found) await site.db.identity.create({ data: { userId, provider, subject, label } });
    return { kind: 'linked' };
  }
  if (found) {
    const { id, name, email, passwordHash } = found.user;
    return { kind: 'signedIn', user: { userId: id, name, email, passwordHash } };
  }
  const expiresAt = site.now().getTime() + PENDING_MS;
  const bytes = encrypt(
    site.environment,
    'identity',
    JSON.stringify({ provider, subject, label, expiresAt }),
  );
  return { kind: 'unknown', pending: Buffer.from(bytes).toString('base64url') };
}

const pendingSchema = z.object({
  provider: z.string(),
  subject: z.string(),
  label: z.string(),
  expiresAt: z.number(),
});

/** The identity that waits for a decision; null if there is none any more. */
export function readPendingIdentity(
  { environment, now }: Pick<Site, 'environment' | 'now'>,
  pending: string | undefined,
): ProviderIdentity | null {
  const text = pending ? decrypt(environment, 'identity', Buffer.from(pending, 'base64url')) : null;
  if (text === null) return null;
  const { expiresAt, ...identity } = pendingSchema.parse(JSON.parse(text));
  return expiresAt > now().getTime() ? identity : null;
}

const nameSchema = accountSchema.pick({ name: true });

/** Creates an account for an identity that has none. It has neither address nor password; its owner can add them. */
export async function signUpWithProvider(
  site: Site,
  { pending, ...input }: { pending: string | undefined; name: unknown },
  { address }: Client,
): Promise<SignedIn> {
  const identity = readPendingIdentity(site, pending);
  if (!identity)
    throw new DomainError('NOT_FOUND', 'This sign-in has expired. Start again from the sign-in page.');
  const { name } = parseInput(nameSchema, input);
  await consumeAttempt(site, RATE_LIMITS.signUpByAddress, address);
  const data = { name, createdAt: site.now(), identities: { create: identity } };
  try {
    const { id } = await site.db.user.create({ data, select: { id: true } });
    return { userId: id, name, email: null, passwordHash: null };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('CONFLICT', 'This sign-in has an account by now. Sign in with it again.');
  }
}

const unlinkSchema = z.strictObject({ id: z.uuid() });

/** Unlinks one of the viewer's identities, unless they could no longer sign in. */
export async function unlinkIdentity(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  const { userId } = known;
  const { id } = parseInput(unlinkSchema, input);
  await site.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${userId}::uuid FOR UPDATE`;
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId }, include: { identities: true } });
    if (!user.identities.some((identity) => identity.id === id)) {
      throw new DomainError('NOT_FOUND', 'You have no such sign-in. It may already be unlinked.');
    }
    if (user.passwordHash === null && user.email === null && user.identities.length === 1) {
      throw new DomainError('CONFLICT', 'This is your only way to sign in. Link another one first.');
    }
    const { provider } = await tx.identity.delete({ where: { id } });
    await recordAudit(tx, known, 'account.unlink', null, { provider });
  });
}
