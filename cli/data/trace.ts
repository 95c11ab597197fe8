import { parseArgs } from 'node:util';
import { UsageError } from '#cli/command.ts';
import { callSite } from '#cli/site/call-site.ts';
import { parseToken } from '#cli/site/site-options.ts';
import { writeJson } from '#cli/write-json.ts';
import { MAX_TRACED_PATHS } from '#lib/api/datasets/trace.ts';
import { type ResponseBody, ROUTES, routeAddress } from '#lib/api/routes.ts';
import { archiveMembers, storedBlockBytes } from './archive-members.ts';
import { parseRelease, RELEASE_OPTIONS } from './release-options.ts';

/** As much as the site reads of a JSON body. */
const MAX_PATH_CHARACTERS = 60_000;

/** `heldout data trace FILE CHALLENGE/DATASET@VERSION` */
export async function trace(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: RELEASE_OPTIONS });
  const [file, name, ...more] = positionals;
  if (file === undefined || name === undefined || more.length > 0)
    throw new UsageError('pass a .tar or .tar.gz, and the release that it was.');
  const { site, params } = parseRelease(name, values);
  const token = parseToken(values.token, 'an organizer’s');
  const body = { paths: await firstPaths(file), blockBytes: await storedBlockBytes(file) };
  const route = ROUTES.traceArchive;
  const url = new URL(routeAddress(route, params), site);
  const answer = await callSite({ route, url, token, body });
  if (values.json) await writeJson('-', answer);
  else process.stdout.write(traceText(answer));
  return answer.found ? 0 : 1;
}

async function firstPaths(file: string): Promise<string[]> {
  const paths: string[] = [];
  let characters = 0;
  for await (const { path } of archiveMembers(file, { hashes: false })) {
    characters += path.length;
    if (characters > MAX_PATH_CHARACTERS) break;
    paths.push(path);
    if (paths.length === MAX_TRACED_PATHS) break;
  }
  return paths;
}

function traceText({
  found,
  certainty,
  comparedFiles,
  comparedKeys,
}: ResponseBody<typeof ROUTES.traceArchive>): string {
  const compared = `Compared the order of ${comparedFiles} files with ${comparedKeys} download keys.\n`;
  if (!found)
    return `${compared}This archive bears nobody’s mark. It is a plain download, was packed again from a folder, or belongs to another release or variant.\n`;
  const chance = `chance would lead to somebody once in 2^${Math.floor(found.bits)}`;
  const order = found.hasOrder ? 'all files are in that order' : 'most files are in that order';
  const blocks = found.hasBlockSize
    ? 'the blocks of gzip have that size'
    : 'gzip has no such blocks any more';
  const downloads = found.downloads.map(({ startedAt, form }) => `  ${startedAt}  ${form}\n`).join('');
  return `${compared}${certainty === 'certain' ? 'Made' : 'Probably made'} for ${found.name}${found.email ? ` <${found.email}>` : ''}: ${chance} (${order}; ${blocks}).\nTheir downloads of this variant with that key:\n${downloads}`;
}
