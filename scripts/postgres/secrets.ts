import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** HELDOUT_HOME/secrets.json: made at the first start, mode 600, never sent anywhere. */
const secretsSchema = z.strictObject({
  databaseSuperuser: z.string().min(20),
  databaseOwner: z.string().min(20),
  databaseSite: z.string().min(20),
  databaseRunner: z.string().min(20),
  /** Signs the site's session cookies. */
  session: z.string().min(20),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** 192 random bits, in characters that need no escape in a URL or in SQL. */
export function drawSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** The secrets of this home; those that are missing are drawn and kept. */
export function secretsIn(home: string): Secrets {
  const file = join(home, 'secrets.json');
  const kept = existsSync(file) ? secretsSchema.partial().parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const secrets: Secrets = {
    databaseSuperuser: kept.databaseSuperuser ?? drawSecret(),
    databaseOwner: kept.databaseOwner ?? drawSecret(),
    databaseSite: kept.databaseSite ?? drawSecret(),
    databaseRunner: kept.databaseRunner ?? drawSecret(),
    session: kept.session ?? drawSecret(),
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return secrets;
  // Written aside and renamed: a process that is killed here leaves the old file whole.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  chmodSync(aside, 0o600);
  renameSync(aside, file);
  return secrets;
}
