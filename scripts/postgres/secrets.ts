import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** HELDOUT_HOME/secrets.json: created at the first start, mode 600, never sent anywhere. */
const secretsSchema = z.strictObject({
  databaseSuperuser: z.string().min(20),
  databaseOwner: z.string().min(20),
  databaseSite: z.string().min(20),
  databaseRunner: z.string().min(20),
  /** Signs the site's session cookies. */
  session: z.string().min(20),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** 192 random bits in characters that need no escaping in a URL or in SQL. */
export function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** The secrets of this home. Missing ones are generated and stored. */
export function loadOrCreateSecrets(home: string): Secrets {
  const file = join(home, 'secrets.json');
  const kept = existsSync(file) ? secretsSchema.partial().parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const secrets: Secrets = {
    databaseSuperuser: kept.databaseSuperuser ?? randomSecret(),
    databaseOwner: kept.databaseOwner ?? randomSecret(),
    databaseSite: kept.databaseSite ?? randomSecret(),
    databaseRunner: kept.databaseRunner ?? randomSecret(),
    session: kept.session ?? randomSecret(),
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return secrets;
  // Written to a temporary file and renamed, so that a killed process doesn't leave a partial file.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  chmodSync(aside, 0o600);
  renameSync(aside, file);
  return secrets;
}
