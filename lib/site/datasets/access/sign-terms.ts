import { type DataAccess, signTermsRequestSchema } from '#lib/api/datasets/requests.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { DatasetPlace } from '../find-dataset.ts';
import { type Asking, change } from './change-request.ts';
import { publishedReleases } from './own-request.ts';

/** Signs the terms of a release, such as of a new one under other terms. Signing again changes nothing. */
export async function signTerms(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<DataAccess> {
  const { name, termsSha256 } = parseInput(signTermsRequestSchema, input);
  return change(site, place, viewer, async (tx, asking) => {
    const release = publishedReleases(asking.found.dataset).find(
      (candidate) => candidate.termsSha256 === termsSha256,
    );
    if (!release) {
      const message = 'No release of this dataset has these terms. Read them again, and sign them.';
      throw new DomainError('INVALID', message, { termsSha256: message });
    }
    await recordSignature(site, tx, asking, { name, release });
  });
}

/** Keeps who signed which terms, with what name and when. */
export async function recordSignature(
  { now }: Site,
  tx: Transaction,
  { found: { challenge, dataset }, person }: Asking,
  { name, release }: { name: string; release: { version: string; termsSha256: string } },
): Promise<void> {
  const { version, termsSha256 } = release;
  const of = { datasetId: dataset.id, userId: person.userId, termsSha256 };
  const signature = { ...of, name, version, signedAt: now() };
  const { count } = await tx.dataSignature.createMany({ data: [signature], skipDuplicates: true });
  if (count === 0) return;
  const detail = { dataset: dataset.name, version, termsSha256 };
  await recordAudit(tx, person, 'dataRequest.sign', challenge.id, detail);
}
