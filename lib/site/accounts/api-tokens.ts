import { createHash, randomBytes } from 'node:crypto';
import { createTokenRequestSchema } from '#lib/api/accounts.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { signIn } from './sign-in.ts';

/** API tokens: `hld_` followed by 256 random bits. Only their SHA-256 is stored and looked up. */
const TOKEN_PATTERN = /^hld_[A-Za-z0-9_-]{43}$/;

/** Creates a token for a user with the right email and password. It is shown only once. */
export async function createApiToken(site: Site, input: unknown, address: string): Promise<string> {
  const { email, password, name } = parseInput(createTokenRequestSchema, input);
  const { userId } = await signIn(site, { email, password }, address);
  const token = `hld_${randomBytes(32).toString('base64url')}`;
  await site.db.apiToken.create({ data: { userId, name, tokenHash: hashToken(token) } });
  return token;
}

/** The ID of the token's user; null if the token is unknown. */
export async function findTokenUser(site: Site, token: string): Promise<string | null> {
  if (!TOKEN_PATTERN.test(token)) return null;
  const row = await site.db.apiToken.findUnique({ where: { tokenHash: hashToken(token) } });
  if (!row) return null;
  const now = site.now();
  // Updated at most once a minute, which is precise enough and saves a write per request.
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > 60_000) {
    await site.db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
  }
  return row.userId;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
