import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { AccountView } from '#lib/api/pages/account.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { User } from '#prisma-client';
import { sendsMail } from './email-links/mail-limits.ts';
import { readSecret } from './two-factor/second-factor.ts';
import { base32, totpAddress } from './two-factor/totp.ts';

/** The viewer's own account. Contains no token secrets, because only their hashes are stored. */
export async function accountView(site: Site, viewer: Viewer | null): Promise<AccountView> {
  const { userId, sessionId, name, email, teams } = authorize('account.read', viewer);
  const user = await site.db.user.findUniqueOrThrow({
    where: { id: userId },
    include: { identities: true, _count: { select: { recoveryCodes: true, organizes: true } } },
  });
  const { providers } = site.environment;
  const tokens = await site.db.apiToken.findMany({ where: { userId }, orderBy: { createdAt: 'desc' } });
  const sessions = await site.db.session.findMany({
    where: { userId, expiresAt: { gt: site.now() } },
    orderBy: { lastSeenAt: 'desc' },
  });
  return {
    name,
    email,
    affiliation: user.affiliation,
    country: user.country,
    orcid: user.orcid,
    isEmailConfirmed: user.emailVerifiedAt !== null,
    sendsMail: sendsMail(site.environment),
    teams: teams.map((team) => ({ slug: team.slug, name: team.name, role: team.role })),
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      createdAt: token.createdAt.toISOString(),
      scopes: token.scopes,
      lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
      expiresAt: token.expiresAt?.toISOString() ?? null,
      isExpired: token.expiresAt !== null && token.expiresAt <= site.now(),
    })),
    twoFactor: twoFactorOf(site, user),
    identities: user.identities.map(({ id, provider, label, createdAt }) => ({
      id,
      provider,
      providerName: providers.find((known) => known.id === provider)?.name ?? provider,
      label,
      createdAt: createdAt.toISOString(),
    })),
    providers: providers.map(({ id, name: called }) => ({ id, name: called })),
    sessions: sessions.map((session) => ({
      id: session.id,
      browser: session.browser,
      isCurrent: session.id === sessionId,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
    })),
  };
}

type Owner = Pick<User, 'email' | 'name' | 'isAdmin' | 'totpSecret' | 'totpConfirmedAt'> & {
  _count: { recoveryCodes: number; organizes: number };
};

function twoFactorOf(site: Site, user: Owner): AccountView['twoFactor'] {
  const { totpSecret, totpConfirmedAt, email, name, isAdmin, _count } = user;
  const recoveryCodes = _count.recoveryCodes;
  const isRequired = site.environment.secondFactor === 'organizers' && (isAdmin || _count.organizes > 0);
  if (totpConfirmedAt) return { state: 'on', setUp: null, recoveryCodes, isRequired };
  const secret = totpSecret && readSecret(site, totpSecret);
  if (!secret) return { state: 'off', setUp: null, recoveryCodes, isRequired };
  const svg = renderSVG(totpAddress(secret, { issuer: 'Heldout', account: email ?? name }));
  const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return { state: 'started', setUp: { picture, secret: base32(secret) }, recoveryCodes, isRequired };
}

/** Revokes one of the viewer's own tokens. A token of another user is treated like one that doesn't exist. */
export async function revokeApiToken(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('token.revoke', viewer);
  const { id } = parseInput(z.strictObject({ id: z.uuid() }), input);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.apiToken.deleteMany({ where: { id, userId: known.userId } });
    if (count === 0) throw new DomainError('NOT_FOUND', 'You have no such token. It may already be revoked.');
    await recordAudit(tx, known, 'token.revoke', null, { token: id });
  });
}
