import { parseArgs } from 'node:util';
import { runAction } from '#cli/arguments.ts';
import { type Command, UsageError } from '#cli/command.ts';
import { callSite } from '#cli/site/call-site.ts';
import { parseSite, parseToken } from '#cli/site/site-options.ts';
import { writeJson } from '#cli/write-json.ts';
import { CHALLENGE_TEMPLATES } from '#examples/challenges/templates.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { applyFile } from './apply.ts';
import { exportChallenge } from './export.ts';
import { readDefinition } from './read-definition.ts';

const HELP = `
heldout challenge: create a challenge from a template or a file, export and change it

Usage:
  heldout challenge templates [--json]
  heldout challenge create --template NAME [--slug S] [--title T] [options]
  heldout challenge create FILE [--slug S] [--title T] [options]
  heldout challenge export SLUG [--out FILE] [--site URL] [--token TOKEN]
  heldout challenge apply FILE [--dry-run] [--yes] [--json] [--site URL] [--token TOKEN]

templates lists the challenges to start from. Each has a page in docs/organizers/templates/ that leads from nothing to
a leaderboard, with synthetic data and an example algorithm.

create sends a challenge with its phases to a site. A template's phases are open from yesterday on, for 180 days.
FILE is the body of POST /api/v1/challenges, as JSON, or as YAML if its name ends with .yaml. To change a template
before you send it, write it to a file with --print.
  --template   the name of a template
  --slug       the challenge's name in addresses, instead of the template's or the file's
  --title      its title, likewise
  --print      print the challenge as JSON instead of sending it; needs no site
  --json       print what was created as JSON: {"slug", "address", "phases": [slugs]}
  --site       the site's address (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --token      an API token of an administrator (or HELDOUT_TOKEN, which keeps it out of the process list)

export writes a challenge with its phases to a file, or prints it as YAML. apply makes the challenge on the site as
the file says: it shows each change and what that brings about, and asks. Phases are told apart by their slugs; one
that isn't in the file is removed, if nobody has submitted to it. Both need a token of one of its organizers.
  --out        the file, .yaml or .json
  --dry-run    only show the changes
  --yes        don't ask
  --json       print the changes as JSON: {"changes": [{"path", "phase", "label", "before", "after", "consequence"}],
               "applied", "version"}

Exit code: 0 if it was done or nothing differs, 1 if it is invalid or the site refuses it, 2 if the arguments are invalid.
`;

const ACTIONS = new Map([
  ['create', create],
  ['export', exportChallenge],
  ['apply', applyFile],
  ['templates', listTemplates],
]);

export const challengeCommand: Command = {
  name: 'challenge',
  summary: 'create a challenge from a template or a file, export and change it',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};

async function listTemplates(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  if (values.json) {
    await writeJson(
      '-',
      CHALLENGE_TEMPLATES.map(({ name, summary }) => ({ name, summary })),
    );
    return 0;
  }
  const width = Math.max(...CHALLENGE_TEMPLATES.map(({ name }) => name.length));
  for (const { name, summary } of CHALLENGE_TEMPLATES) {
    process.stdout.write(`${name.padEnd(width)}  ${summary}\n`);
  }
  return 0;
}

async function create(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      template: { type: 'string' },
      slug: { type: 'string' },
      title: { type: 'string' },
      print: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      site: { type: 'string' },
      token: { type: 'string' },
    },
  });
  const { template, slug, title } = values;
  if (positionals.length + (template === undefined ? 0 : 1) !== 1) {
    throw new UsageError('pass either --template NAME or one file.');
  }
  const source = template === undefined ? { file: positionals[0]! } : { template };
  const definition = await readDefinition(source, { slug, title }, new Date());
  if (values.print) {
    await writeJson('-', definition);
    return 0;
  }
  const site = parseSite(values.site);
  await send(site, parseToken(values.token, 'an administrator’s'), definition);
  const { slug: name, phases } = definition;
  const created = {
    slug: name,
    address: new URL(`/challenges/${name}`, site).href,
    phases: phases.map((phase) => phase.slug),
  };
  if (values.json) await writeJson('-', created);
  else process.stdout.write(createdText(created, site));
  return 0;
}

async function send(site: URL, token: string, definition: ChallengeDefinition): Promise<void> {
  const route = ROUTES.createChallenge;
  const url = new URL(routeAddress(route, {}), site);
  await callSite({ route, url, token, body: definition });
}

function createdText(
  { slug, address, phases }: { slug: string; address: string; phases: string[] },
  site: URL,
): string {
  return [
    `${address}`,
    'Each phase needs a test set before it accepts submissions:',
    ...phases.map(
      (phase) => `  heldout testset import SEALED.tar --phase ${slug}/${phase} --site ${site.origin}`,
    ),
    '',
  ].join('\n');
}
