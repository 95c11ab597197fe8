import type { z } from 'zod';

/**
 * What is wrong with an input, as plain sentences. Schemas give their own message where they know better; this
 * file words everything else, so that no text of zod reaches a user.
 */

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** Sentences by the path of the field, as in `phases[0].limits.cpus`; `''` is the input as a whole. */
export type Problems = Readonly<Record<string, string>>;

export type Described<T> = { success: true; data: T } | { success: false; problems: Problems };

export function parseOrDescribe<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): Described<z.output<Schema>> {
  const parsed = schema.safeParse(input, { error: describeIssue });
  if (parsed.success) return parsed;
  const problems: Record<string, string> = {};
  for (const [path, sentence] of parsed.error.issues.flatMap(problemsOf)) problems[path] ??= sentence;
  return { success: false, problems };
}

/** A sentence per problem: "phases[0].limits.cpus: must be a number of at least 0.1." */
export function formatProblems(problems: Problems): string[] {
  return Object.entries(problems).map(([path, sentence]) =>
    path === '' ? `${sentence[0]?.toUpperCase()}${sentence.slice(1)}` : `${path}: ${sentence}`,
  );
}

/** Parses the environment of `owner`'s process. Throws an Error that lists every missing or invalid variable. */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  variables: unknown,
  owner: string,
): z.output<Schema> {
  const parsed = parseOrDescribe(schema, variables);
  if (parsed.success) return parsed.data;
  throw new Error(
    `The ${owner}’s environment is invalid.\n  ${formatProblems(parsed.problems).join('\n  ')}`,
  );
}

/** "phases[0].limits.cpus" */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** One sentence for each issue, but for unknown fields one each, under the field's own path. */
function problemsOf(issue: Issue): [path: string, sentence: string][] {
  if (issue.code !== 'unrecognized_keys') return [[formatPath(issue.path), issue.message]];
  return issue.keys.map((key) => [formatPath([...issue.path, key]), 'is not a known field.']);
}

/** An error map for zod: the predicate of a sentence whose subject is the field. */
function describeIssue(issue: RawIssue): string {
  const requirement = requirementOf(issue);
  // JSON has no undefined: a field with this value isn't there.
  return issue.input === undefined ? `is missing: it ${requirement}.` : `${requirement}.`;
}

function requirementOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${isWhole(issue) ? TYPES['int'] : (TYPES[issue.expected] ?? issue.expected)}`;
    case 'invalid_value':
      return mustBeOneOf(issue.values);
    case 'too_small':
      return mustBeWithin(issue, 'least', issue.minimum);
    case 'too_big':
      return mustBeWithin(issue, 'most', issue.maximum);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `must match the pattern ${issue.pattern}`
        : `must be ${FORMATS[issue.format] ?? `text of the format ${issue.format}`}`;
    case 'invalid_union':
      return mustFitUnion(issue.errors, issue['options']);
    case 'unrecognized_keys':
      return `must not have the fields ${issue.keys.map(quoted).join(', ')}`;
    case 'invalid_key':
      return 'has a name that is not allowed here';
    case 'invalid_element':
      return 'has an item that is not allowed here';
    default:
      return 'has a value that is not allowed here';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a date and time in UTC, as in "2026-03-01T12:00:00Z"',
  date: 'a date, as in "2026-03-01"',
  email: 'an email address, as in "ada@example.org"',
  url: 'a web address, as in "https://example.org"',
  uuid: 'a UUID, as in "01980a6e-3c2b-7d11-9f00-5a1f0e6b2c4d"',
};

function mustBeOneOf(values: readonly unknown[]): string {
  return `must be ${joined(values.map(quoted))}`;
}

type RangeIssue = Extract<RawIssue, { code: 'too_small' | 'too_big' }>;

function mustBeWithin(issue: RangeIssue, side: 'least' | 'most', limit: number | bigint): string {
  const amount = issue.exact ? `exactly ${limit}` : `at ${side} ${limit}`;
  if (issue.origin === 'string') {
    if (side === 'least' && limit === 1 && !issue.exact) return 'must not be empty';
    return `must have ${amount} ${limit === 1 ? 'character' : 'characters'}`;
  }
  if (issue.origin === 'array') return `must have ${amount} ${limit === 1 ? 'item' : 'items'}`;
  const number = TYPES[isWhole(issue) ? 'int' : 'number'];
  if (issue.inclusive === false) return `must be ${number} ${side === 'least' ? 'above' : 'below'} ${limit}`;
  return `must be ${number} of ${amount}`;
}

/** zod's integers are numbers with a format. */
function isWhole({ schema }: RawIssue): boolean {
  return (schema?._zod.def as { format?: string } | undefined)?.format === 'safeint';
}

/** Values to choose from are listed; else what each alternative asks for. */
function mustFitUnion(alternatives: readonly Issue[][], discriminators: unknown): string {
  if (Array.isArray(discriminators)) return mustBeOneOf(discriminators);
  const first = alternatives.flatMap((issues) => issues.slice(0, 1));
  const values = first.flatMap((issue) => (issue.code === 'invalid_value' ? [issue.values] : []));
  if (first.length > 0 && values.length === first.length) return mustBeOneOf(values.flat());
  const sentences = first.flatMap((issue) => problemsOf(issue).map(formatAlternative));
  return sentences.length > 0 ? sentences.join(', or ') : 'has a value that is not allowed here';
}

/** The sentence of an alternative as a part of another one, which already says whether the field is missing. */
function formatAlternative([path, sentence]: readonly [path: string, sentence: string]): string {
  const requirement = sentence.replace(/^is missing: it /, '').replace(/\.$/, '');
  return path === '' ? requirement : `its field ${path} ${requirement}`;
}

/** "6, 18 or 26" */
function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}

function quoted(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
}
