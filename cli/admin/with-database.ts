import { CommandError } from '#cli/command.ts';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { heldoutHome } from '#scripts/environment.ts';
import { ensureDatabase } from '#scripts/postgres/postgres.ts';

/**
 * Runs with the login of the site or of a runner on the database in DATABASE_URL, or on the embedded one of this
 * clone. Throws CommandError if the database has no tables.
 */
export async function withDatabase<T>(
  role: 'site' | 'runner',
  run: (db: Database, url: string) => Promise<T>,
): Promise<T> {
  const server = await ensureDatabase({ home: heldoutHome() });
  const url = role === 'site' ? server.siteUrl : server.runnerUrl;
  const db = openDatabase(url);
  try {
    return await run(db, url);
  } catch (error) {
    // P2021: the table does not exist.
    if ((error as { code?: string }).code !== 'P2021') throw error;
    throw new CommandError(
      'The database has no tables yet. Create them with `npm start` or `npm run db:migrate`.',
    );
  } finally {
    await db.$disconnect();
    await server.stop();
  }
}
