import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { smtpUrlSchema } from '#lib/platform/mail/settings.ts';
import { openMailTransport } from '#lib/platform/mail/smtp.ts';
import { type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';

const MAIL = {
  messageId: '<1@example.org>',
  from: { name: 'Heldout', address: 'heldout@example.org' },
  to: 'ada@example.org',
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
  unsubscribeUrl: null,
};
const USER = 'held:out';
const PASSWORD = 'p@ss/word';

const servers: MailServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A certificate for localhost that nobody has signed. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const files = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return files;
}

async function startWithLogin(options: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer({
    authOptional: false,
    ...options,
    onAuth({ username, password }, _session, done) {
      const isRight = username === USER && password === PASSWORD;
      done(isRight ? null : new Error('wrong login'), isRight ? { user: username } : undefined);
    },
  });
  servers.push(server);
  return server;
}

async function send(url: string): Promise<void> {
  const transport = openMailTransport(smtpUrlSchema.parse(url));
  try {
    await transport.send(MAIL);
  } finally {
    transport.close();
  }
}

const urlOf = (server: MailServer, scheme = 'smtp', password = PASSWORD) =>
  `${scheme}://${encodeURIComponent(USER)}:${encodeURIComponent(password)}@127.0.0.1:${server.server.port}`;

test('a login is sent, over STARTTLS where the server offers it', async () => {
  const server = await startWithLogin({ ...certificate(), disabledCommands: [] });
  await send(urlOf(server));
  expect(server.mails).toMatchObject([{ isSecure: true, envelope: { to: [MAIL.to] } }]);
});

test('smtps:// speaks TLS from the first byte', async () => {
  const server = await startWithLogin({ ...certificate(), secure: true });
  await send(urlOf(server, 'smtps'));
  expect(server.mails).toMatchObject([{ isSecure: true }]);
});

test('a wrong login, and a server that can’t be reached, are worth another attempt', async () => {
  const server = await startWithLogin({ ...certificate(), disabledCommands: [] });
  await expect(send(urlOf(server, 'smtp', 'wrong'))).rejects.toMatchObject({
    name: 'MailError',
    isPermanent: false,
  });
  const { url } = server;
  await server.close();
  servers.length = 0;
  await expect(send(url)).rejects.toMatchObject({ name: 'MailError', isPermanent: false });
});
