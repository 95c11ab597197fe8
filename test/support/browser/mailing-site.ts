import { join } from 'node:path';
import { startChild, waitForSite } from '#scripts/child.ts';
import { freePort } from '#scripts/free-port.ts';
import { ROOT } from '#scripts/root.ts';
import { type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { served } from './served.ts';

/** A second process of the site, with the same database and store, which sends mail to a real server. */
export interface MailingSite {
  mail: MailServer;
  at(path: string): string;
  close(): Promise<void>;
}

export async function openMailingSite(): Promise<MailingSite> {
  const { home, siteUrl } = served();
  const mail = await startMailServer();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const site = startChild({
    name: 'site',
    args: [join(ROOT, 'server/main.ts'), '--port', String(port)],
    environment: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: siteUrl,
      HELDOUT_HOME: home,
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: 'a secret that is only for the tests',
      HELDOUT_SMTP_URL: mail.url,
      HELDOUT_MAIL_FROM: 'Heldout <heldout@example.org>',
    },
    logFile: join(home, 'logs', 'mailing-site.log'),
  });
  await waitForSite(url, site);
  return {
    mail,
    at: (path) => new URL(path, url).href,
    close: async () => {
      await site.stop();
      await mail.close();
    },
  };
}
