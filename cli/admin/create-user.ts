import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { accountSchema } from '#lib/api/accounts.ts';
import { formatProblem, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { withDatabase } from './with-database.ts';

const HELP = `
heldout admin: make the first accounts (needs the database)

Usage:
  heldout admin create-user --email ADDRESS --name NAME [--admin] [--password-stdin]

Makes an account, or sets the name and password of the one with this address. Everything else is done on the
site; this is for the first administrator, and for one who has lost his password.
  --admin            may create challenges; whoever creates one organizes it. Never taken away by this command
  --password-stdin   reads the password from standard input; without it one is drawn and printed

The database is the one in DATABASE_URL (the site's or the owner's login), or the embedded one of this clone.
`;

export const adminCommand: Command = {
  name: 'admin',
  summary: 'make the first accounts (needs the database)',
  help: HELP,
  async run([action, ...args]) {
    if (action === 'create-user') return createUser(args);
    throw new UsageError(action === undefined ? 'create-user?' : `there is no "admin ${action}".`);
  },
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
  if (positionals.length > 0) throw new UsageError(`what is "${positionals[0]}"?`);
  if (!values.email || !values.name) throw new UsageError('--email and --name are needed.');
  const given = values['password-stdin'];
  const password = given
    ? (await text(process.stdin)).replace(/\r?\n$/, '')
    : randomBytes(12).toString('base64url');
  const parsed = parseOrDescribe(accountSchema, { email: values.email, name: values.name, password });
  if (!parsed.success) throw new CommandError(Object.entries(parsed.problems).map(formatProblem).join(' '));
  const made = await writeAccount(parsed.data, values.admin);
  process.stdout.write(
    `${made ? 'made' : 'changed'} ${parsed.data.email}${values.admin ? ', administrator' : ''}\n`,
  );
  if (!given) process.stdout.write(`password: ${password}\n`);
  return 0;
}

/** Returns whether the account is new. */
async function writeAccount(account: z.infer<typeof accountSchema>, isAdmin: boolean): Promise<boolean> {
  return withDatabase('site', async (db) => {
    const { email, name, password } = account;
    const data = { name, passwordHash: await hashPassword(password), ...(isAdmin ? { isAdmin } : {}) };
    return db.$transaction(async (tx) => {
      const isNew = (await tx.user.findUnique({ where: { email } })) === null;
      await tx.user.upsert({ where: { email }, create: { email, ...data }, update: data });
      await tx.auditEvent.create({
        data: {
          actor: 'heldout admin',
          action: isNew ? 'user.created' : 'user.changed',
          detail: { email, isAdmin },
        },
      });
      return isNew;
    });
  });
}
