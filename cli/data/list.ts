import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { formatBytes } from '#cli/progress.ts';
import { callSite } from '#cli/site/call-site.ts';
import { parseSite } from '#cli/site/site-options.ts';
import { writeJson } from '#cli/write-json.ts';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { SITE_OPTIONS, tokenOf } from './release-options.ts';

/** `heldout data list CHALLENGE` */
export async function list(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: SITE_OPTIONS });
  const slug = onlyArgument(positionals, 'challenge');
  const route = ROUTES.listDatasets;
  const url = new URL(routeAddress(route, { slug }), parseSite(values.site));
  const { datasets } = await callSite({ route, url, token: tokenOf(values.token) });
  if (values.json) await writeJson('-', datasets);
  else process.stdout.write(listText(slug, datasets));
  return 0;
}

function listText(slug: string, datasets: readonly DatasetView[]): string {
  const rows = datasets.flatMap(({ name, access, releases }) =>
    releases.flatMap(({ version, publishedAt, variants }) =>
      variants.map((variant) => [
        `${slug}/${name}@${version}`,
        variant.name,
        `${variant.caseCount} cases`,
        `${variant.fileCount} files`,
        formatBytes(variant.bytes),
        access === 'OPEN' ? 'open' : 'on request',
        publishedAt === null ? 'draft' : publishedAt.slice(0, 10),
      ]),
    ),
  );
  if (rows.length === 0) return `${slug} has no published data.\n`;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
