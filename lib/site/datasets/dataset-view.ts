import { createHash } from 'node:crypto';
import type { DatasetView, ReleaseView } from '#lib/api/datasets/datasets.ts';
import type { Prisma } from '#prisma-client';

export const withReleases = {
  releases: { orderBy: { id: 'desc' }, include: { variants: { orderBy: { name: 'asc' } } } },
} satisfies Prisma.DatasetInclude;

export type DatasetRow = Prisma.DatasetGetPayload<{ include: typeof withReleases }>;

export function viewOf(row: DatasetRow, showsDrafts: boolean): DatasetView {
  const { name, title, summary, license, doi, citation, contact, funding, access } = row;
  const releases = row.releases
    .filter(({ publishedAt }) => showsDrafts || publishedAt !== null)
    .map((release) => releaseView(release, row));
  return { name, title, summary, license, doi, citation, contact, funding, access, releases };
}

function releaseView(release: DatasetRow['releases'][number], dataset: DatasetRow): ReleaseView {
  const terms = release.terms ?? dataset.terms;
  return {
    version: release.version,
    publishedAt: release.publishedAt?.toISOString() ?? null,
    changelog: release.changelog,
    errata: release.errata,
    license: release.license ?? dataset.license,
    terms,
    termsSha256: release.termsSha256 ?? hashOfTerms(terms),
    variants: release.variants.map(({ name, title, caseCount, hasTruth, fileCount, bytes }) => ({
      name,
      title,
      caseCount,
      hasTruth,
      fileCount,
      bytes: Number(bytes),
    })),
  };
}

/** What somebody agreed to can be proven by it. */
export function hashOfTerms(terms: string): string {
  return createHash('sha256').update(terms).digest('hex');
}
