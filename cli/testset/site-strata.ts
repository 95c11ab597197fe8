import { CommandError } from '#cli/command.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { listStrata, type SiteStrata, siteStrataSchema } from '#lib/domain/test-sets/site-strata.ts';

/**
 * The strata that the site gets in clear (`--site-strata`): columns `stratum:NAME` of a table, or one of these, which
 * follow from the metadata and the masks.
 */
const BUILT_IN = ['site', 'chronicity', 'lesion-volume', 'lesion-count'] as const;

/** Bounds of the lesion volume in ml, unless others are given. */
const VOLUME_BOUNDS = [1, 10, 50];
const HALVES = 'halves';

/** A division as it is asked for: "site", "lesion-volume=1/10/50", "lesion-volume=halves". */
interface Division {
  of: string;
  bounds: string | null;
}

/** Names of strata in their order, and the one of each case. */
interface Divided {
  names: readonly string[];
  cases: readonly (string | null)[];
}

export function parseDivisions(text: string | undefined): Division[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [of = '', bounds = null] = part.trim().split('=', 2);
    return { of, bounds };
  });
}

/**
 * @param cases in the order in which they are sealed.
 * @throws CommandError for a division that these cases don't have.
 */
export function siteStrata(
  cases: readonly CheckedCase[],
  divisions: readonly Division[],
  connectivity: 6 | 18 | 26,
): SiteStrata {
  const strata = divisions.map(({ of, bounds }) => {
    const { names, cases: nameOf } = divide(cases, { of, bounds }, connectivity);
    const used = names.filter((name) => nameOf.includes(name));
    return { of, names: used, cases: nameOf.map((name) => (name === null ? null : used.indexOf(name))) };
  });
  const parsed = parseOrDescribe(siteStrataSchema, strata);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `--site-strata: ${formatProblems(parsed.problems).join('; ')}. Nothing was written.`,
  );
}

function divide(cases: readonly CheckedCase[], { of, bounds }: Division, connectivity: 6 | 18 | 26): Divided {
  if (bounds !== null && of !== 'lesion-volume')
    throw new CommandError(`--site-strata: only lesion-volume takes bounds, not ${of}. Nothing was written.`);
  if (cases.some(({ source }) => Object.hasOwn(source.strata, of)))
    return byName(cases.map(({ source }) => source.strata[of] || null));
  switch (of) {
    case 'site':
      return known(of, byName(cases.map(({ source }) => source.metadata.CENTER)));
    case 'chronicity':
      return known(of, byName(cases.map(({ source }) => source.metadata.CHRONICITY)));
    case 'lesion-volume':
      return byVolume(
        factsOf(of, cases, ({ volumeMl }) => volumeMl),
        bounds,
      );
    case 'lesion-count':
      return byCount(factsOf(of, cases, ({ lesions }) => lesions[connectivity]));
    default:
      throw new CommandError(
        `--site-strata: these cases have no ${of}. Name a column stratum:${of} of your table, or one of ${BUILT_IN.join(', ')}. Nothing was written.`,
      );
  }
}

function factsOf(
  of: string,
  cases: readonly CheckedCase[],
  read: (facts: NonNullable<CheckedCase['scoredFacts']>) => number,
): number[] {
  return cases.map(({ scoredFacts }) => {
    if (scoredFacts) return read(scoredFacts);
    throw new CommandError(
      `--site-strata: ${of} follows from masks, and the task has none. Nothing was written.`,
    );
  });
}

function known(of: string, divided: Divided): Divided {
  if (divided.names.length > 0) return divided;
  throw new CommandError(`--site-strata: the metadata of these cases says no ${of}. Nothing was written.`);
}

function byName(cases: readonly (string | null)[]): Divided {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const names = [...new Set(cases.filter((name) => name !== null))].toSorted(compare);
  return { names, cases };
}

function byVolume(volumes: readonly number[], bounds: string | null): Divided {
  if (bounds === HALVES) return byHalf(volumes);
  const limits = bounds === null ? VOLUME_BOUNDS : bounds.split('/').map(Number);
  if (limits.some((limit, place) => !(limit > (limits[place - 1] ?? 0) && Number.isFinite(limit))))
    throw new CommandError(
      `--site-strata: lesion-volume takes rising bounds in ml, such as lesion-volume=1/10/50, or lesion-volume=${HALVES}, not ${bounds}. Nothing was written.`,
    );
  const names = [...limits, null].map((limit, place) => {
    if (limit === null) return `${limits.at(-1)} ml or more`;
    return place === 0 ? `under ${limit} ml` : `${limits[place - 1]} to ${limit} ml`;
  });
  return { names, cases: volumes.map((ml) => names[limits.filter((limit) => ml >= limit).length]!) };
}

/** Two strata with the same number of cases, or one more in the second. */
function byHalf(volumes: readonly number[]): Divided {
  const names = ['smaller half', 'larger half'];
  const order = volumes.map((_, index) => index).toSorted((a, b) => volumes[a]! - volumes[b]!);
  const smaller = new Set(order.slice(0, Math.floor(order.length / 2)));
  return { names, cases: volumes.map((_, index) => names[smaller.has(index) ? 0 : 1]!) };
}

function byCount(counts: readonly number[]): Divided {
  const names = ['none', '1', '2 to 5', 'more than 5'];
  const place = (count: number) => (count < 2 ? count : count <= 5 ? 2 : 3);
  return { names, cases: counts.map((count) => names[place(count)]!) };
}

/** What the site knows by them. */
export function siteStrataLines(strata: SiteStrata): string[] {
  if (strata.length === 0) return [];
  const divisions = Map.groupBy(listStrata(strata), ({ of }) => of);
  return [
    '  given to the site in clear, cases in each stratum:',
    ...[...divisions].map(
      ([of, own]) => `    ${of}: ${own.map(({ name, cases }) => `${name} ${cases.length}`).join(', ')}`,
    ),
    '    The site then knows the stratum of each numbered case, and not which scan has the number.',
  ];
}
