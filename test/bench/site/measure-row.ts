import { readOncePerSecond, saturate, type Target, warmUp } from './measure.ts';
import type { RowResult } from './report.ts';
import { isPublicPage, type Row } from './rows.ts';

/** Measures a page or a route: read once a second, and for a public page as fast as it answers. */
export async function measureRow(row: Row, target: Target, seconds: number): Promise<RowResult> {
  const size = await readSize(target);
  await warmUp(target);
  const reading = await readOncePerSecond(target, seconds);
  const saturated = isPublicPage(row) ? await saturate(target, seconds) : null;
  return {
    name: row.name,
    p50Ms: reading.p50Ms,
    p95Ms: reading.p95Ms,
    perSecond: saturated?.perSecond ?? null,
    htmlBytes: row.kind === 'page' ? size : null,
    failed: reading.failed + (saturated?.failed ?? 0),
    failure: reading.failure ?? saturated?.failure ?? null,
  };
}

/** The size of the body in bytes, not compressed. */
async function readSize({ url, headers }: Target): Promise<number> {
  const response = await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' } });
  return (await response.arrayBuffer()).byteLength;
}
