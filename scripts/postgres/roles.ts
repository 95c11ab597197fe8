import pg from 'pg';
import type { Secrets } from './secrets.ts';

export const SUPERUSER = 'postgres';
export const DATABASE = 'heldout';
/**
 * Owns the schema: runs migrations and may create databases and roles (each test file creates a database).
 */
export const OWNER = 'heldout_owner';
export const SITE_LOGIN = 'heldout_site_login';
export const RUNNER_LOGIN = 'heldout_runner_login';

/** The migrations grant to these groups. Each login is a member of one and has no grants of its own. */
const GROUPS = { [SITE_LOGIN]: 'heldout_site', [RUNNER_LOGIN]: 'heldout_runner' };

/** Creates missing groups, logins and the database, and sets the passwords of the logins. */
export async function ensureRoles(superuserUrl: string, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const names = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
    const known = new Set(names.rows.map((row) => row.rolname));
    const ensureRole = async (name: string, options: string) => {
      if (!known.has(name)) await client.query(`CREATE ROLE ${name}`);
      await client.query(`ALTER ROLE ${name} ${options}`);
    };
    // randomSecret() returns only characters that need no escaping in SQL.
    await ensureRole(OWNER, `LOGIN CREATEDB CREATEROLE PASSWORD '${secrets.databaseOwner}'`);
    for (const [login, group] of Object.entries(GROUPS)) {
      const password = login === SITE_LOGIN ? secrets.databaseSite : secrets.databaseRunner;
      await ensureRole(group, 'NOLOGIN');
      await ensureRole(login, `LOGIN PASSWORD '${password}'`);
      await client.query(`GRANT ${group} TO ${login}`);
      await client.query(`GRANT ${group} TO ${OWNER} WITH ADMIN OPTION`);
    }
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
}
