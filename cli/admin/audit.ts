import { parseArgs } from 'node:util';
import { CommandError, UsageError } from '#cli/command.ts';
import { counted } from '#lib/domain/units.ts';
import { formatAnchor, parseAnchor } from '#lib/site/audit/chain.ts';
import { verifyAudit } from '#lib/site/audit/verify-audit.ts';
import { withDatabase } from './with-database.ts';

/** `heldout admin audit verify`: 0 if the audit trail is whole, 1 if it isn’t. */
export async function audit(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { anchor: { type: 'string' } },
  });
  if (positionals.join(' ') !== 'verify') throw new UsageError('use `heldout admin audit verify`.');
  const anchor = values.anchor === undefined ? null : parseAnchor(values.anchor);
  if (values.anchor !== undefined && !anchor) {
    throw new CommandError('--anchor takes what an earlier `verify` printed: a number, a colon and a hash.');
  }
  const result = await withDatabase('site', (db) => verifyAudit(db, anchor));
  if (!result.intact) {
    process.stdout.write(
      `The audit trail is broken at ${result.seq === null ? 'an event without a number' : `event ${result.seq}`}, after ${counted(result.count, 'event')} that fit. ${result.problem}\n`,
    );
    return 1;
  }
  process.stdout.write(`The audit trail is whole: ${counted(result.count, 'event')}.\n`);
  if (result.last) process.stdout.write(`Anchor: ${formatAnchor(result.last)}\n`);
  return 0;
}
