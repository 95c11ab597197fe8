import type { Transaction } from '#lib/platform/database.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { openDataKeys } from './data-keys.ts';
import { type DatasetRow, viewOf } from './dataset-view.ts';
import { factsOf } from './describe-release.ts';
import type { Release } from './find-dataset.ts';
import { missingBidsFiles, type TextFile, type VariantContent } from './formats/bids-files.ts';
import { type ReceivedFile, storeFile } from './receive-variant.ts';
import { storeFileRows } from './store-file-rows.ts';

interface Published {
  challenge: Challenge;
  dataset: DatasetRow;
  release: Release;
}

/**
 * Adds the files that BIDS asks for to the variants of a release that is about to be published, where they are missing.
 * Not earlier: until then, license and DOI can change.
 */
export async function addBidsFiles(
  site: Site,
  tx: Transaction,
  { challenge, dataset, release }: Published,
): Promise<void> {
  const view = viewOf(dataset, true);
  const facts = factsOf(
    site,
    challenge,
    view,
    view.releases.find(({ version }) => version === release.version)!,
  );
  const stage = site.store.stage();
  try {
    const keys = await openDataKeys(site.environment.dataKeyFile);
    const added = new Map<string, ReceivedFile[]>();
    for (const { id } of release.variants) {
      const files: ReceivedFile[] = [];
      for (const { path, text } of missingBidsFiles(facts, await contentOf(tx, id))) {
        files.push(await storeFile(stage, keys, contentOfText({ path, text })));
      }
      if (files.length > 0) added.set(id, files);
    }
    await stage.keep();
    for (const [id, files] of added) {
      await storeFileRows(tx, id, files);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const data = { fileCount: { increment: files.length }, bytes: { increment: bytes } };
      await tx.releaseVariant.update({ where: { id }, data });
    }
  } finally {
    await stage.discard();
  }
}

async function contentOf(tx: Transaction, variantId: string): Promise<VariantContent> {
  const rows = await tx.$queryRaw<{ name: string; isDerivative: boolean }[]>`
    SELECT split_part("path", '/', 1) AS name, bool_or("path" ~ '_(space|desc|label)-') AS "isDerivative"
    FROM "ReleaseFile" WHERE "variantId" = ${variantId}::uuid GROUP BY name`;
  return { names: rows.map(({ name }) => name), isDerivative: rows.some(({ isDerivative }) => isDerivative) };
}

function contentOfText({ path, text }: TextFile) {
  const content = Buffer.from(text);
  return {
    path,
    bytes: content.length,
    content: (async function* () {
      yield content;
    })(),
  };
}
