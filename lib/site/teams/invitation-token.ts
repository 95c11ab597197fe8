import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { DomainError } from '#lib/domain/errors.ts';
import type { SiteEnvironment } from '#lib/site/environment.ts';

/**
 * The secret in the link of an invitation: its ID and a code that only the site can compute. Nothing of it is stored,
 * so the database reveals no link, and the owner can be shown the link again.
 */
const ID_BYTES = 16;
const CODE_BYTES = 24;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{54}$/;

type Secrets = Pick<SiteEnvironment, 'sessionSecret'>;

export function invitationToken(environment: Secrets, id: string): string {
  return [idBytes(id), codeOf(environment, id)].map((part) => part.toString('base64url')).join('');
}

export function invitationAddress(
  environment: Secrets & Pick<SiteEnvironment, 'origin'>,
  id: string,
): string {
  return `${environment.origin}/invitations/${invitationToken(environment, id)}`;
}

/** The ID of the invitation. Throws NOT_FOUND for a token that this site didn’t make. */
export function readInvitationToken(environment: Secrets, token: string): string {
  if (TOKEN_PATTERN.test(token)) {
    const hex = Buffer.from(token.slice(0, 22), 'base64url').toString('hex');
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const code = Buffer.from(token.slice(22), 'base64url');
    if (timingSafeEqual(code, codeOf(environment, id))) return id;
  }
  throw noInvitation();
}

export function noInvitation(): DomainError {
  return new DomainError(
    'NOT_FOUND',
    'This invitation doesn’t exist. Check that the link is complete, or ask the team’s owner for another one.',
  );
}

function idBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== ID_BYTES) throw new Error(`${id} is not a UUID.`);
  return bytes;
}

function codeOf({ sessionSecret }: Secrets, id: string): Buffer {
  const key = new Uint8Array(hkdfSync('sha256', sessionSecret, '', 'heldout: invitations to teams', 32));
  return createHmac('sha256', key).update(idBytes(id)).digest().subarray(0, CODE_BYTES);
}
