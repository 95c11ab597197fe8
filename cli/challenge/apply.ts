import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { isConfirmed } from '#cli/ask.ts';
import { UsageError } from '#cli/command.ts';
import { parseSite, parseToken } from '#cli/site/site-options.ts';
import { writeJson } from '#cli/write-json.ts';
import type { AppliedDefinition } from '#lib/api/challenges/definitions.ts';
import type { DefinitionChange } from '#lib/domain/phases/changes.ts';
import { counted } from '#lib/domain/units.ts';
import { readDefinition } from './read-definition.ts';
import { applyStored, readStored } from './stored-definition.ts';

/**
 * `heldout challenge apply`: shows the changes and asks. What it shows belongs to one version of the challenge on the
 * site; if that changes before the answer, nothing is saved.
 */
export async function applyFile(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      site: { type: 'string' },
      token: { type: 'string' },
    },
  });
  const { 'dry-run': dryRun, yes, json } = values;
  if (!dryRun && !yes && (json || !process.stdin.isTTY)) {
    throw new UsageError(
      'nobody can be asked here: pass --dry-run to see the changes, or --yes to save them.',
    );
  }
  const definition = await readDefinition({ file: onlyArgument(positionals, 'file') }, {}, new Date());
  const token = parseToken(values.token, 'an organizer’s');
  const challenge = { site: parseSite(values.site), token, slug: definition.slug };
  const { version } = await readStored(challenge);
  const planned = await applyStored(challenge, { definition, version, dryRun: true });
  if (!json) process.stdout.write(changesText(definition.slug, planned.changes));
  const saves = planned.changes.length > 0 && !dryRun && (yes || (await isConfirmed('Save these changes?')));
  const answer = saves ? await applyStored(challenge, { definition, version, dryRun: false }) : planned;
  if (json) await writeJson('-', withoutRefusals(answer));
  else if (planned.changes.length > 0) process.stdout.write(saves ? 'Saved.\n' : 'Nothing was saved.\n');
  return 0;
}

function changesText(slug: string, changes: readonly DefinitionChange[]): string {
  if (changes.length === 0) return `${slug} is as the file says.\n`;
  const lines = changes.flatMap(({ phase, label, before, after, consequence }) => [
    `  ${phase === null ? '' : `${phase}: `}${label}`,
    ...prefixed('-', before),
    ...prefixed('+', after),
    ...(consequence === null ? [] : [`    ${consequence}`]),
  ]);
  return [`${slug}: ${counted(changes.length, 'change')}`, ...lines, ''].join('\n');
}

function prefixed(sign: string, text: string | null): string[] {
  return text === null ? [] : text.split('\n').map((line) => `    ${sign} ${line}`);
}

/** A change that was refused never gets here. */
function withoutRefusals({ changes, ...rest }: AppliedDefinition): object {
  return { changes: changes.map(({ refusal: _none, ...change }) => change), ...rest };
}
