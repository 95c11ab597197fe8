import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createTokenRequestSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import type { TokenScope } from '#lib/domain/rights/actions.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { type ViewerColumns, viewerColumns } from '#lib/site/viewer-columns.ts';
import type { Client } from './client.ts';
import { confirmPassword, signIn } from './sign-in.ts';
import { hasSecondFactor, requireCode } from './two-factor/second-factor.ts';

/** API tokens: `hld_` followed by 256 random bits. Only their SHA-256 is stored and looked up. */
const TOKEN_PATTERN = /^hld_[A-Za-z0-9_-]{43}$/;

const idResult = z.object({ id: z.uuid() });

/**
 * Creates a token for a user with the right email and password. It is shown only once, so the same request with
 * the same idempotency key is refused instead of answered.
 */
export async function createApiToken(
  site: Site,
  input: unknown,
  client: Client,
  key: string | null = null,
): Promise<string> {
  const { email, password, code, ...token } = parseInput(createTokenRequestSchema, input);
  const { userId, name } = await signIn(site, { email, password }, client);
  if (await hasSecondFactor(site, userId)) await requireCode(site, userId, code);
  const from = { address: client.address, client: 'email and password' };
  const viewer: Viewer = { userId, name, email, isAdmin: false, teams: [], from };
  return storeToken(site, { viewer, key, token });
}

const ownTokenSchema = createTokenRequestSchema.omit({ email: true, code: true });

/** Creates a token for the viewer. Asks for the password again, because a token outlives the session. */
export async function createOwnApiToken(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<string> {
  const known = authorize('token.create', viewer);
  const { password, ...token } = parseInput(ownTokenSchema, input);
  await confirmPassword(site, known, 'password', password);
  return storeToken(site, { viewer: known, key, token });
}

interface StoredToken {
  viewer: Viewer;
  key: string | null;
  token: Omit<z.output<typeof createTokenRequestSchema>, 'email' | 'password' | 'code'>;
}

async function storeToken(
  site: Site,
  { viewer, key, token: { name, scopes, expiresInDays } }: StoredToken,
): Promise<string> {
  const token = `hld_${randomBytes(32).toString('base64url')}`;
  const { userId } = viewer;
  let isNew = false;
  // Without the password, of which not even a hash is stored here.
  const creation = {
    userId,
    key,
    operation: 'token.create',
    payload: { name, scopes, expiresInDays },
    result: idResult,
  };
  await createOnce(site, creation, async (tx) => {
    isNew = true;
    const createdAt = site.now();
    const expiresAt = expiresInDays === null ? null : new Date(createdAt.getTime() + expiresInDays * DAY_MS);
    const data = { userId, name, tokenHash: hashToken(token), scopes, createdAt, expiresAt };
    const created = await tx.apiToken.create({ data, select: { id: true } });
    const detail = { token: created.id, name, scopes: scopes.join(', ') };
    await recordAudit(tx, viewer, 'token.create', null, detail);
    return created;
  });
  if (isNew) return token;
  throw new DomainError(
    'CONFLICT',
    `This request has already created the token “${name}”, and a token is shown only once. If you didn’t receive it, revoke it in your account and create another one.`,
  );
}

interface FoundToken extends ViewerColumns {
  id: string;
  tokenName: string;
  scopes: TokenScope[];
  lastUsedAt: Date | null;
}

/** The account of a token and its scopes; null if the token is unknown or has expired. */
export async function findTokenUser(site: Site, token: string): Promise<FoundToken | null> {
  if (!TOKEN_PATTERN.test(token)) return null;
  const now = site.now();
  const [row] = await site.db.$queryRaw<FoundToken[]>`
    SELECT token.id, token.name AS "tokenName", token.scopes, token."lastUsedAt", ${viewerColumns}
    FROM "ApiToken" token JOIN "User" person ON person.id = token."userId"
    WHERE token."tokenHash" = ${hashToken(token)} AND person."disabledAt" IS NULL
      AND (token."expiresAt" IS NULL OR token."expiresAt" > ${now})`;
  if (!row) return null;
  // Updated at most once a minute, which is precise enough and saves a write per request.
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > 60_000) {
    await site.db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
  }
  return row;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
