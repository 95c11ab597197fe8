import type { Transaction } from '#lib/platform/database.ts';
import type { ReceivedFile } from './receive-variant.ts';

const ROWS_AT_ONCE = 1000;

/** Files whose contents lie in the store. */
export async function storeFileRows(
  tx: Transaction,
  variantId: string,
  files: readonly ReceivedFile[],
): Promise<void> {
  for (let from = 0; from < files.length; from += ROWS_AT_ONCE) {
    await tx.releaseFile.createMany({
      data: files.slice(from, from + ROWS_AT_ONCE).map((file) => ({
        ...file,
        variantId,
        bytes: BigInt(file.bytes),
        crc32: file.crc32 | 0,
      })),
    });
  }
}
