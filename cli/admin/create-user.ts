import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { runAction } from '#cli/arguments.ts';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { accountSchema } from '#lib/api/accounts.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requireUncommonPassword } from '#lib/site/accounts/passwords/common-passwords.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { setPassword } from '#lib/site/accounts/sessions.ts';
import { audit } from './audit.ts';
import { dataKeys } from './data-keys.ts';
import { withDatabase } from './with-database.ts';

const HELP = `
heldout admin: create the first accounts, verify the audit trail, rotate data keys (needs the database)

Usage:
  heldout admin create-user --email ADDRESS --name NAME [--admin] [--password-stdin]
  heldout admin audit verify [--anchor ANCHOR]
  heldout admin data-keys status [--json]
  heldout admin data-keys rotate [--add-only] [--json]

create-user creates an account, or sets the name and password of the existing account with this address, which ends all of its
sessions. Use it for the first administrator, or if somebody has lost their password. Everything else is done on the
site.
  --admin            make the account an administrator, who may create challenges. Never revoked by this command
  --password-stdin   read the password from standard input; without it, a random password is generated and printed

audit verify proves that no event of the audit trail was changed, removed, inserted or moved. It prints an anchor, the
number and hash of the last event. Keep it outside of the database: only with it can a later run see that the end of the
trail is missing.
  --anchor ANCHOR    what an earlier run printed

data-keys rotate adds a new key to the site's file of data keys (HELDOUT_DATA_KEYS) and wraps the keys of released files
and the download keys of people with it. No file is encrypted again, and downloads go on meanwhile. If an earlier run
didn't get to its end, this one finishes it and adds no key. The old keys stay in the file: status says which of them
nothing needs any more. Back the file up before and after.
  --add-only         only add the key. If several hosts serve the site, copy the file to all of them then, and run
                     rotate again
  --json             print {"ids": [key, newest first], "used": {key: count}, "added": key or null, "wrapped": count}

Uses the database in DATABASE_URL (with the site's or the owner's login), or the embedded one of this clone.
`;

const ACTIONS = new Map([
  ['create-user', createUser],
  ['audit', audit],
  ['data-keys', dataKeys],
]);

export const adminCommand: Command = {
  name: 'admin',
  summary: 'create the first accounts, verify the audit trail, rotate data keys (needs the database)',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};

async function createUser(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      admin: { type: 'boolean', default: false },
      'password-stdin': { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}".`);
  if (!values.email || !values.name) throw new UsageError('--email and --name are required.');
  const given = values['password-stdin'];
  const password = given
    ? (await text(process.stdin)).replace(/\r?\n$/, '')
    : randomBytes(12).toString('base64url');
  const parsed = parseOrDescribe(accountSchema, { email: values.email, name: values.name, password });
  if (!parsed.success) throw new CommandError(formatProblems(parsed.problems).join(' '));
  await requireUncommonPassword(parsed.data.password, parsed.data).catch((error: unknown) => {
    throw error instanceof DomainError ? new CommandError(error.message) : error;
  });
  const isNew = await writeAccount(parsed.data, values.admin);
  process.stdout.write(
    `${isNew ? 'Created' : 'Updated'} ${parsed.data.email}${values.admin ? ', administrator' : ''}\n`,
  );
  if (!given) process.stdout.write(`Password: ${password}\n`);
  return 0;
}

/** Returns whether the account is new. */
async function writeAccount(account: z.infer<typeof accountSchema>, isAdmin: boolean): Promise<boolean> {
  return withDatabase('site', async (db) => {
    const { email, name, password } = account;
    const passwordHash = await hashPassword(password);
    // Whoever has the database's login vouches for the address.
    const data = { name, emailVerifiedAt: new Date(), ...(isAdmin ? { isAdmin } : {}) };
    return db.$transaction(async (tx) => {
      const isNew = (await tx.user.findUnique({ where: { email } })) === null;
      const create = { email, passwordHash, ...data };
      const { id } = await tx.user.upsert({ where: { email }, create, update: data });
      if (!isNew) await setPassword(tx, id, passwordHash);
      await tx.auditEvent.create({
        data: {
          actor: 'heldout admin',
          action: isNew ? 'user.created' : 'user.changed',
          client: 'heldout admin',
          detail: { email, isAdmin },
        },
      });
      return isNew;
    });
  });
}
