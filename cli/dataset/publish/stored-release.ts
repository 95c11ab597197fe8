import { CommandError, UsageError } from '#cli/command.ts';
import { readObject } from '#cli/read-object.ts';
import { callSite } from '#cli/site/call-site.ts';
import { readReleaseName } from '#cli/site/release-name.ts';
import { type DatasetView, datasetRequestSchema, type ReleaseView } from '#lib/api/datasets/datasets.ts';
import { type JsonRoute, type ResponseBody, ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { HiddenSubjects } from '#lib/api/test-sets/test-sets.ts';
import { datasetNameSchema, variantNameSchema, versionSchema } from '#lib/domain/datasets/release.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';

/** A release of a dataset on a site, and an organizer's token. */
export interface ReleasePlace {
  site: URL;
  token: string;
  slug: string;
  dataset: string;
  version: string;
}

/** `--as CHALLENGE/NAME@VERSION`. Throws UsageError. */
export function parseReleasePlace(
  text: string | undefined,
): Pick<ReleasePlace, 'slug' | 'dataset' | 'version'> {
  if (text === undefined) throw new UsageError('--as CHALLENGE/NAME@VERSION is missing.');
  const name = readReleaseName(text);
  if (!name)
    throw new UsageError(
      `--as must be CHALLENGE/NAME@VERSION, for example atlas/training@1.0.0, not "${text}".`,
    );
  requireValid(datasetNameSchema, name.dataset, 'the name of the dataset');
  requireValid(versionSchema, name.version, 'the version');
  return name;
}

/** `--variant NAME`. Throws UsageError. */
export function parseVariant(text: string | undefined): string {
  if (text === undefined) throw new UsageError('--variant NAME is missing, for example --variant native.');
  requireValid(variantNameSchema, text, 'the name of the variant');
  return text;
}

function requireValid(schema: typeof versionSchema, text: string, what: string): void {
  const parsed = schema.safeParse(text);
  if (!parsed.success) throw new UsageError(`${what} can't be "${text}". ${parsed.error.issues[0]!.message}`);
}

/** The description in a YAML or JSON file. Throws CommandError that names every invalid field. */
export async function readDescription(file: string): Promise<object> {
  const parsed = parseOrDescribe(datasetRequestSchema, await readObject(file, 'dataset'));
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `${file} doesn't describe a dataset, so nothing was sent.\n  ${formatProblems(parsed.problems).join('\n  ')}`,
  );
}

/** The dataset as the site has it; null if it has none of this name. Throws CommandError. */
export async function readStoredDataset(place: ReleasePlace): Promise<DatasetView | null> {
  const route = ROUTES.listDatasets;
  const { datasets } = await call(place, route, routeAddress(route, { slug: place.slug }));
  return datasets.find(({ name }) => name === place.dataset) ?? null;
}

/** Keyed hashes of the scans in the challenge's hidden test sets. */
export async function readHiddenSubjects(place: ReleasePlace): Promise<HiddenSubjects> {
  const route = ROUTES.readHiddenSubjects;
  const { testSets } = await call(place, route, routeAddress(route, place));
  return testSets;
}

export async function describeStored(place: ReleasePlace, description: object): Promise<void> {
  const route = ROUTES.describeDataset;
  await call(place, route, routeAddress(route, { slug: place.slug, dataset: place.dataset }), description);
}

/** Creates the draft of the release if there is none. */
export async function draftStored(place: ReleasePlace, texts: { changelog?: string }): Promise<void> {
  const route = ROUTES.describeRelease;
  await call(place, route, routeAddress(route, place), texts);
}

/** @returns the release as it was published. */
export async function publishStored(place: ReleasePlace): Promise<ReleaseView> {
  const route = ROUTES.publishRelease;
  const { dataset } = await call(place, route, routeAddress(route, place));
  return dataset.releases.find(({ version }) => version === place.version)!;
}

async function call<Route extends JsonRoute>(
  { site, token }: ReleasePlace,
  route: Route,
  address: string,
  body?: unknown,
): Promise<ResponseBody<Route>> {
  const url = new URL(address, site);
  return await callSite({ route, url, token, body });
}
