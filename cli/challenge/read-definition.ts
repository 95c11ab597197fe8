import { CommandError, UsageError } from '#cli/command.ts';
import { readObject } from '#cli/read-object.ts';
import { CHALLENGE_TEMPLATES, templateOf } from '#examples/challenges/templates.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { type ChallengeDefinition, challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

/** Where a challenge's definition comes from. */
type Source = { template: string } | { file: string };

interface Changes {
  slug?: string | undefined;
  title?: string | undefined;
}

/**
 * The definition of a template or of a file, with changes. Throws UsageError for an unknown template, and CommandError
 * with every invalid field.
 */
export async function readDefinition(
  source: Source,
  { slug, title }: Changes,
  now: Date,
): Promise<ChallengeDefinition> {
  const read =
    'template' in source ? define(source.template, now) : await readObject(source.file, 'challenge');
  const changed = {
    ...read,
    ...(slug === undefined ? {} : { slug }),
    ...(title === undefined ? {} : { title }),
  };
  const parsed = parseOrDescribe(challengeDefinitionSchema, changed);
  if (parsed.success) return parsed.data;
  const name = 'template' in source ? `The template ${source.template}` : source.file;
  throw new CommandError(
    `${name} isn't a valid challenge, so nothing was sent.\n  ${formatProblems(parsed.problems).join('\n  ')}`,
  );
}

function define(name: string, now: Date): ChallengeDefinition {
  const template = templateOf(name);
  if (template) return template.define(now);
  const known = CHALLENGE_TEMPLATES.map((one) => one.name).join(', ');
  throw new UsageError(`there is no template "${name}", only ${known}.`);
}
