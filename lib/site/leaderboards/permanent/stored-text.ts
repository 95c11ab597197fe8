import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  type PermanentRanking,
  permanentRankingSchema,
  RANKING_ID_LENGTH,
} from '#lib/api/rankings/permanent.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The columns of a ranking: its text, compressed, with the SHA-256 of the text, whose start is the ID. */
export async function toColumns(ranking: PermanentRanking) {
  const text = JSON.stringify(ranking);
  const checksum = createHash('sha256').update(text).digest('hex');
  return { id: checksum.slice(0, RANKING_ID_LENGTH), checksum, content: await compress(text) };
}

/** The text that the checksum is of. */
export async function textOf({ content }: { content: Uint8Array }): Promise<string> {
  return (await decompress(content)).toString();
}

export function parseRanking(id: string, text: string): PermanentRanking {
  const column = { table: 'PermanentRanking', id, column: 'content' };
  return parseColumn(permanentRankingSchema, JSON.parse(text), column);
}
