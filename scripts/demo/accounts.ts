import { randomBytes } from 'node:crypto';
import { TEAMS, type TeamRole } from './challenges.ts';
import { runHeldout } from './command.ts';
import { Refusal, type SiteClient } from './site-client.ts';
import type { Account, DemoFolder } from './state.ts';

const ORGANIZER = 'organizer';

function draftAccount(name: string): Account {
  const first = name.toLowerCase().split(' ')[0];
  return {
    name,
    email: `${first}@heldout.example`,
    password: randomBytes(9).toString('base64url'),
    token: null,
  };
}

/** Creates the organizer as an administrator. */
export async function ensureOrganizer(
  folder: DemoFolder,
  site: SiteClient,
  databaseUrl: string,
): Promise<SiteClient> {
  const account = remembered(folder, ORGANIZER, 'Olga Organizer');
  return signIn(folder, site, account, () => createUser(account, databaseUrl, ['--admin']));
}

/**
 * On the server, because signing up on the site may need mail. Sets the password of an account that is there already.
 */
async function createUser(
  account: Account,
  databaseUrl: string,
  flags: readonly string[] = [],
): Promise<void> {
  const args = ['--email', account.email, '--name', account.name, '--password-stdin', ...flags];
  await runHeldout(['admin', 'create-user', ...args], {
    environment: { DATABASE_URL: databaseUrl },
    input: account.password,
  });
}

/** Creates a team’s owner and the team, and registers it, each unless done. Returns the owner’s client and the team. */
export async function ensureTeam(
  folder: DemoFolder,
  site: SiteClient,
  { challenge, role, databaseUrl }: { challenge: string; role: TeamRole; databaseUrl: string },
): Promise<{ client: SiteClient; team: string }> {
  const { person, team: name } = TEAMS[role];
  const account = remembered(folder, role, person);
  const client = await signIn(folder, site, account, () => createUser(account, databaseUrl));
  const team = slugOf(name);
  await ignoreConflict(() => client.createTeam(name));
  await ignoreConflict(() => client.register(challenge, team));
  return { client, team };
}

/** The demo accounts, for the end of the output. */
export function accountLines(folder: DemoFolder): string[] {
  const rows = Object.entries(folder.state.accounts).map(([role, { email, password }]) => {
    const team = Object.hasOwn(TEAMS, role) ? TEAMS[role as TeamRole].team : 'organizer and administrator';
    return { email, password, team };
  });
  const width = Math.max(...rows.map(({ email }) => email.length));
  return rows.map(({ email, password, team }) => `${email.padEnd(width)}  ${password}  ${team}`);
}

function remembered(folder: DemoFolder, role: string, name: string): Account {
  const account = folder.state.accounts[role] ?? draftAccount(name);
  folder.state.accounts[role] = account;
  folder.save();
  return account;
}

/** Reuses the token of the last start while it is valid; otherwise creates the account and a new token. */
async function signIn(
  folder: DemoFolder,
  site: SiteClient,
  account: Account,
  makeAccount: () => Promise<void>,
): Promise<SiteClient> {
  if (account.token !== null && (await site.as(account.token).isSignedIn())) return site.as(account.token);
  await makeAccount();
  account.token = await site.createToken(account, 'demo');
  folder.save();
  return site.as(account.token);
}

/** Ignores conflicts, because a second start finds what the first one created. */
async function ignoreConflict(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'CONFLICT')) throw error;
  }
}

function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
