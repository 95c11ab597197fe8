import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChallengeLogo } from '#lib/api/challenges.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  LOGO_FORMATS,
  LOGO_TOO_LARGE,
  logoAltSchema,
  MAX_LOGO_BYTES,
  MAX_LOGO_PIXELS,
} from '#lib/domain/challenges/logo.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type Picture, type PictureProblem, redrawLogo } from '#lib/platform/pictures/redraw-logo.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { type Challenge, findChallenge, readSharedChallenge } from './find-challenge.ts';

export type LogoFile = Pick<Picture, 'content' | 'width' | 'height'>;

const describedSchema = z.object({ alt: logoAltSchema });

/** What a page needs to show the logo of a challenge; null for none. */
export function logoOf({ slug, logo }: Pick<Challenge, 'slug' | 'logo'>): ChallengeLogo | null {
  if (!logo) return null;
  const { hash, ...shown } = logo;
  return { path: `/challenges/${slug}/logo/${hash}`, ...shown };
}

/**
 * Gives a challenge a logo in place of the one that it has, or describes the one that it has anew if there are no
 * bytes. Throws INVALID for a file that isn't a picture, or too large a one.
 */
export async function setLogo(
  site: Site,
  slug: string,
  { bytes, alt: typed }: { bytes: Uint8Array; alt: unknown },
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('challenge.edit', viewer, { challenge });
  const { alt } = parseInput(describedSchema, { alt: typed });
  const { id: challengeId, logo: before } = challenge;
  const picture = bytes.length > 0 ? await redrawn(bytes) : null;
  const hash = picture?.hash ?? before?.hash;
  if (hash === undefined) throw noFile();
  await site.db.$transaction(async (tx) => {
    if (picture) {
      const data = { ...picture, alt };
      await tx.challengeLogo.upsert({
        where: { challengeId },
        create: { challengeId, ...data },
        update: data,
        select: { hash: true },
      });
    } else {
      const { count } = await tx.challengeLogo.updateMany({ where: { challengeId, hash }, data: { alt } });
      // Another organizer has removed or replaced it meanwhile.
      if (count === 0) throw noFile();
    }
    if (before?.hash === hash && before.alt === alt) return;
    const change = { before: words(before), after: words({ hash, alt }) };
    await recordAudit(tx, organizer, 'challenge.edit', challengeId, {}, change);
  });
  site.shared.forget();
}

/** Repeating it changes nothing. */
export async function removeLogo(site: Site, slug: string, viewer: Viewer | null): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('challenge.edit', viewer, { challenge });
  const { id: challengeId, logo: before } = challenge;
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.challengeLogo.deleteMany({ where: { challengeId } });
    if (count === 0) return;
    const change = { before: words(before), after: words(null) };
    await recordAudit(tx, organizer, 'challenge.edit', challengeId, {}, change);
  });
  site.shared.forget();
}

/** The PNG file of a logo, and whether visitors see it too. Throws NOT_FOUND for one that isn't shown any more. */
export async function readLogo(
  site: Site,
  { slug, hash }: { slug: string; hash: string },
  viewer: Viewer | null,
): Promise<{ content: Uint8Array<ArrayBuffer>; isPublic: boolean }> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const row = await site.db.challengeLogo.findFirst({
    where: { challengeId: challenge.id, hash },
    select: { content: true },
  });
  if (!row) throw new DomainError('NOT_FOUND', 'This logo doesn’t exist.');
  return { content: row.content, isPublic: challenge.visibility !== 'DRAFT' };
}

/** The logo of a challenge for a picture that everybody may see; null for none. */
export async function readLogoForCard(
  { db, shared }: Pick<Site, 'db' | 'shared'>,
  slug: string,
): Promise<LogoFile | null> {
  const { id, logo } = await readSharedChallenge({ db, shared }, slug, null);
  return logo && db.challengeLogo.findUnique({ where: { challengeId: id }, omit: { alt: true } });
}

/** Of a challenge that becomes another one's copy. */
export async function copyLogo(tx: Transaction, fromSlug: string, challengeId: string): Promise<void> {
  const logo = await tx.challengeLogo.findFirst({ where: { challenge: { slug: fromSlug } } });
  if (logo) await tx.challengeLogo.create({ data: { ...logo, challengeId } });
}

type StoredPicture = Picture & { hash: string };

async function redrawn(bytes: Uint8Array): Promise<StoredPicture> {
  if (bytes.length > MAX_LOGO_BYTES) throw refused(LOGO_TOO_LARGE);
  const picture = await redrawLogo(bytes);
  if (typeof picture === 'string') throw refused(PROBLEMS[picture]);
  return { ...picture, hash: createHash('sha256').update(picture.content).digest('hex') };
}

const PROBLEMS: Readonly<Record<PictureProblem, string>> = {
  unknownFormat: `The file isn’t a ${LOGO_FORMATS} picture. Export it as one, and choose it again.`,
  tooManyPixels: `The picture has more than ${MAX_LOGO_PIXELS / 1_000_000} million pixels. Scale it down, and choose it again.`,
  unreadable: 'The picture can’t be decoded: the file is damaged or incomplete. Export it again.',
};

const noFile = () => refused('Choose a file.');

function refused(message: string): DomainError {
  return new DomainError('INVALID', message, { logo: message });
}

function words(logo: { hash: string; alt: string } | null): Record<string, string> {
  return { Logo: logo ? `${logo.alt} (SHA-256 ${logo.hash.slice(0, 12)}…)` : 'none' };
}
