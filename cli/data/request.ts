import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { CommandError, UsageError } from '#cli/command.ts';
import { readText } from '#cli/read-text.ts';
import { callSite } from '#cli/site/call-site.ts';
import { parseSite, parseToken } from '#cli/site/site-options.ts';
import { writeJson } from '#cli/write-json.ts';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';
import { type JsonRoute, type ResponseBody, ROUTES, routeAddress } from '#lib/api/routes.ts';
import { readCoInvestigatorLine } from '#lib/domain/datasets/data-request.ts';
import { accessText } from './access-text.ts';
import { SITE_OPTIONS } from './release-options.ts';

interface Place {
  site: URL;
  token: string;
  params: { slug: string; dataset: string };
}

/** `heldout data status CHALLENGE/DATASET` */
export async function status(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: SITE_OPTIONS });
  const place = parsePlace(onlyArgument(positionals, 'dataset'), values);
  const { access } = await ask(ROUTES.readDataRequest, place);
  if (values.json) await writeJson('-', access);
  else process.stdout.write(accessText(access, positionals[0]!));
  return 0;
}

/** `heldout data request CHALLENGE/DATASET` */
export async function request(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...SITE_OPTIONS,
      institution: { type: 'string' },
      'use-file': { type: 'string' },
      with: { type: 'string', multiple: true, default: [] },
      answer: { type: 'string', multiple: true, default: [] },
      sign: { type: 'string' },
      terms: { type: 'string' },
    },
  });
  const place = parsePlace(onlyArgument(positionals, 'dataset'), values);
  const { dataset } = await ask(ROUTES.readDataset, place);
  const termsSha256 = requireTerms(dataset, values.terms);
  const { institution, sign: name } = values;
  if (!institution || !name || !values['use-file'])
    throw new UsageError('--institution, --use-file and --sign are required.');
  const body = {
    institution,
    useStatement: await readText(values['use-file']),
    coInvestigators: values.with.map(readCoInvestigatorLine),
    answers: Object.fromEntries(values.answer.map(parseAnswer)),
    name,
    termsSha256,
  };
  const { access } = await ask(ROUTES.submitDataRequest, place, body);
  if (values.json) await writeJson('-', access);
  else process.stdout.write(accessText(access, positionals[0]!));
  return 0;
}

/** Terms are signed by whoever has seen them: they are shown until their checksum is passed. */
function requireTerms({ releases }: DatasetView, given: string | undefined): string {
  const release = releases.find(({ publishedAt }) => publishedAt !== null);
  if (!release) throw new CommandError('This dataset has no published release yet.');
  if (given === release.termsSha256) return given;
  process.stderr.write(`${release.terms}\n\n`);
  throw new CommandError(
    `Read these terms. If you accept them, run the command again with --terms ${release.termsSha256} and sign with --sign "YOUR NAME".`,
  );
}

function parsePlace(name: string, values: { site?: string | undefined; token?: string | undefined }): Place {
  const match = /^([^/@]+)\/([^/@]+)$/.exec(name);
  if (!match)
    throw new UsageError(
      `a dataset is CHALLENGE/DATASET, for example stroke-t1-2026/training, not "${name}".`,
    );
  const params = { slug: match[1]!, dataset: match[2]! };
  return { site: parseSite(values.site), token: parseToken(values.token, 'an'), params };
}

function parseAnswer(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--answer must be ID=TEXT, not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function ask<Route extends JsonRoute>(
  route: Route,
  { site, token, params }: Place,
  body?: unknown,
): Promise<ResponseBody<Route>> {
  const url = new URL(routeAddress(route, params as never), site);
  return await callSite({ route, url, token, body });
}
