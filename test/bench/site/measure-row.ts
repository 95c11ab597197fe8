import { readOncePerSecond, readSpread, saturate, type Target, warmUp } from './measure.ts';
import type { RowResult } from './report.ts';
import { isPublicPage, type Row } from './rows.ts';

/** What the site’s processes have used so far. */
export interface SiteUse {
  usedCpuMs: () => number | null;
  memoryBytes: () => number | null;
}

/**
 * Measures a page or a route: read once a second, at once and spread over the second, and for a public page as fast as it answers.
 *
 */
export async function measureRow(
  row: Row,
  target: Target,
  seconds: number,
  { usedCpuMs, memoryBytes }: SiteUse,
): Promise<RowResult> {
  const size = await readSize(target);
  await warmUp(target);
  const before = usedCpuMs();
  const reading = await readOncePerSecond(target, seconds);
  const spread = await readSpread(target, seconds);
  const after = usedCpuMs();
  const saturated = isPublicPage(row) ? await saturate(target, seconds) : null;
  return {
    name: row.name,
    p50Ms: reading.p50Ms,
    p95Ms: reading.p95Ms,
    spread,
    cpuMs:
      before === null || after === null ? null : (after - before) / (reading.responses + spread.responses),
    memoryBytes: memoryBytes(),
    perSecond: saturated?.perSecond ?? null,
    htmlBytes: row.kind === 'page' ? size : null,
    failed: reading.failed + spread.failed + (saturated?.failed ?? 0),
    failure: reading.failure ?? spread.failure ?? saturated?.failure ?? null,
  };
}

/** The size of the body in bytes, not compressed. */
async function readSize({ url, readers: [headers = {}] }: Target): Promise<number> {
  const response = await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' } });
  return (await response.arrayBuffer()).byteLength;
}
