import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { onlyArgument, runAction } from '#cli/arguments.ts';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { formatBytes, startProgress, uploadText } from '#cli/progress.ts';
import { parsePhase, parseSite, parseToken } from '#cli/site/site-options.ts';
import { uploadFile } from '#cli/site/upload.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { signScorer } from '#runner/secrets/scorer-key.ts';
import { scorerKeyFile } from './key-file.ts';

const HELP = `
heldout scorer: give a phase your own scorer

Usage:
  heldout scorer import IMAGE.tar[.gz] --key FILE --phase CHALLENGE/PHASE [--site URL] [--token TOKEN]

import signs an image archive (docker save or OCI layout) with your key and uploads it to a site as an organizer. It
becomes the next version of the phase's scorer. Only a scorer that is signed with the key that was given to
"heldout testset seal --scorer-key" may read the truth, so not even the site can have it read by another program.
Evaluations whose scorer failed go on with the new version; no container of a team runs again.
  --key        the key file
  --phase      the challenge and the phase, for example own-scorer-2027/test
  --site       the site's address (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --token      an API token of an organizer (or HELDOUT_TOKEN, which keeps it out of the process list)
`;

const ACTIONS = new Map([['import', importFile]]);

export const scorerCommand: Command = {
  name: 'scorer',
  summary: 'give a phase your own scorer',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};

async function importFile(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      token: { type: 'string' },
    },
  });
  const file = onlyArgument(positionals, 'image archive');
  const { challenge, phase } = parsePhase(values.phase);
  if (values.key === undefined)
    throw new UsageError('--key FILE is missing: the key of heldout testset seal.');
  const token = parseToken(values.token, 'an organizer’s');
  const pem = await scorerKeyFile(values.key, { creates: false });
  const url = new URL(routeAddress(ROUTES.importScorer, { slug: challenge, phase }), parseSite(values.site));
  url.searchParams.set('fileName', path.basename(file));
  url.searchParams.set('signature', signScorer(pem, await sha256Of(file)));
  const progress = startProgress();
  const { scorer } = await uploadFile({
    route: ROUTES.importScorer,
    url,
    token,
    file,
    onProgress: (sent, total) => progress.update(uploadText(sent, total)),
  });
  progress.done(`version ${scorer.version} of the scorer of ${challenge}/${phase}`);
  const resumed = scorer.resumed === 0 ? '' : `\n  ${scorer.resumed} evaluations go on with it`;
  process.stdout.write(`${scorer.id}\n  ${formatBytes(scorer.bytes)}, SHA-256 ${scorer.sha256}${resumed}\n`);
  return 0;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  return hash.digest('hex');
}
