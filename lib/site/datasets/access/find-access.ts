import { requestPage } from '#lib/api/datasets/addresses.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { authorize, may, requireSecondFactor } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import type { FoundDataset, Release } from '../find-dataset.ts';

/** An approval that hasn't ended. */
export interface Grant {
  requestId: string;
  approvedAt: Date;
  /** null: until it is revoked. */
  expiresAt: Date | null;
}

export type Access =
  /** Anybody may download it. */
  | { kind: 'open' }
  | { kind: 'organizer' }
  | { kind: 'granted'; grant: Grant }
  /** Approved, but the terms of this release aren't signed. */
  | { kind: 'unsigned'; grant: Grant }
  | { kind: 'none' };

type ReadingSite = Pick<Site, 'db' | 'now'>;

/** Approvals that end after a moment, or never. */
export function lastsBeyond(at: Date) {
  return {
    state: 'APPROVED',
    OR: [{ expiresAt: null }, { expiresAt: { gt: at } }],
  } satisfies Prisma.DataRequestWhereInput;
}

/**
 * A person’s active approval for a dataset, the one that lasts longest. Read for each request and never kept, so that a
 * revocation holds at once.
 */
export async function findGrant(
  db: Database | Transaction,
  { datasetId, userId, now }: { datasetId: string; userId: string; now: Date },
): Promise<Grant | null> {
  const row = await db.dataRequest.findFirst({
    where: { datasetId, userId, ...lastsBeyond(now) },
    orderBy: { expiresAt: { sort: 'desc', nulls: 'first' } },
    select: { id: true, decidedAt: true, expiresAt: true },
  });
  return row && { requestId: row.id, approvedAt: row.decidedAt!, expiresAt: row.expiresAt };
}

/** Whether somebody may download a release, and why. */
export async function findAccess(
  { db, now }: ReadingSite,
  found: Pick<FoundDataset, 'challenge' | 'dataset'>,
  release: Pick<Release, 'publishedAt' | 'termsSha256'>,
  viewer: Viewer | null,
): Promise<Access> {
  const { id: datasetId, access } = found.dataset;
  const isOpen = release.publishedAt !== null && access === 'OPEN';
  if (isOpen && may('dataset.download', viewer, found)) return { kind: 'open' };
  if (may('dataset.readDraft', viewer, found)) return { kind: 'organizer' };
  const { termsSha256 } = release;
  if (termsSha256 === null || !viewer || !may('dataset.downloadGranted', viewer)) return { kind: 'none' };
  const { userId } = viewer;
  const grant = await findGrant(db, { datasetId, userId, now: now() });
  if (!grant) return { kind: 'none' };
  const where = { datasetId_userId_termsSha256: { datasetId, userId, termsSha256 } };
  const isSigned = (await db.dataSignature.findUnique({ where })) !== null;
  return { kind: isSigned ? 'granted' : 'unsigned', grant };
}

/** Whether an access lets somebody download. */
export function hasAccess({ kind }: Access): boolean {
  return kind === 'open' || kind === 'organizer' || kind === 'granted';
}

/** Throws NOT_SIGNED_IN, FORBIDDEN, TERMS_NOT_ACCEPTED, with where to ask for access. */
export async function requireAccess(
  site: ReadingSite,
  found: Pick<FoundDataset, 'challenge' | 'dataset'>,
  release: Pick<Release, 'publishedAt' | 'termsSha256'>,
  viewer: Viewer | null,
): Promise<Access> {
  const access = await findAccess(site, found, release, viewer);
  if (hasAccess(access)) return access;
  const { challenge, dataset } = found;
  const address = requestPage(challenge.slug, dataset.name);
  if (access.kind === 'unsigned') {
    throw new DomainError(
      'TERMS_NOT_ACCEPTED',
      `You haven’t signed the terms of this release. Read and sign them at ${address}.`,
    );
  }
  if (!viewer) {
    throw new DomainError(
      'NOT_SIGNED_IN',
      `This data is released on request. Sign in, and ask for access at ${address}.`,
    );
  }
  refuseForToken(found, viewer);
  throw new DomainError(
    'FORBIDDEN',
    `This data is released on request, and you have no active approval. Ask for access, or see where your request stands, at ${address}.`,
  );
}

/** Says that it is the token or the second factor that is missing, where the account itself may. */
function refuseForToken(found: Pick<FoundDataset, 'challenge'>, viewer: Viewer): void {
  const { tokenScopes: _limited, ...person } = viewer;
  if (may('dataset.readDraft', person, found)) authorize('dataset.readDraft', viewer, found);
  requireSecondFactor('dataset.readDraft', viewer, found);
  authorize('dataset.downloadGranted', viewer);
}
