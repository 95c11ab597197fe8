import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { parseSite, parseToken } from '#cli/site/site-options.ts';
import { writeParts } from '#cli/write-json.ts';
import { definitionText, formatOf } from './definition-file.ts';
import { readStored } from './stored-definition.ts';

/** `heldout challenge export`. */
export async function exportChallenge(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: { type: 'string' }, site: { type: 'string' }, token: { type: 'string' } },
  });
  const slug = onlyArgument(positionals, 'challenge');
  const token = parseToken(values.token, 'an organizer’s');
  const { definition } = await readStored({ site: parseSite(values.site), token, slug });
  const format = values.out === undefined ? 'yaml' : formatOf(values.out);
  await writeParts(values.out ?? '-', [definitionText(definition, format)]);
  return 0;
}
