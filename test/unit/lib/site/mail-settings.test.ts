import { expect, test } from 'vitest';
import { parseSiteEnvironment } from '#lib/site/environment.ts';

const NEEDED = {
  DATABASE_URL: 'postgresql://localhost/heldout',
  NEXTAUTH_URL: 'https://heldout.example.org',
  NEXTAUTH_SECRET: 'a secret that is only for the tests',
};
const FROM = 'Heldout <heldout@example.org>';
const parse = (variables: Partial<NodeJS.ProcessEnv>) =>
  parseSiteEnvironment({ NODE_ENV: 'test', ...NEEDED, ...variables });

test('the mail server’s URL says host, port, TLS and login', () => {
  const server = (HELDOUT_SMTP_URL: string) =>
    parse({ HELDOUT_SMTP_URL, HELDOUT_MAIL_FROM: FROM }).mail?.server;
  expect(server('smtp://mail.example.org')).toEqual({
    host: 'mail.example.org',
    port: 587,
    isTls: false,
    login: null,
  });
  expect(server('smtps://mail.example.org')).toMatchObject({ port: 465, isTls: true });
  expect(server('smtp://a%40b:p%2Fw@[::1]:2525')).toEqual({
    host: '::1',
    port: 2525,
    isTls: false,
    login: { user: 'a@b', pass: 'p/w' },
  });
  expect(() => server('http://mail.example.org')).toThrow('HELDOUT_SMTP_URL');
});

test('the sender is an address, with or without a name', () => {
  const from = (HELDOUT_MAIL_FROM: string) =>
    parse({ HELDOUT_SMTP_URL: 'smtp://localhost', HELDOUT_MAIL_FROM }).mail?.from;
  expect(from(FROM)).toEqual({ name: 'Heldout', address: 'heldout@example.org' });
  expect(from('"Held, out" <heldout@example.org>')).toEqual({
    name: 'Held, out',
    address: 'heldout@example.org',
  });
  expect(from('heldout@example.org')).toEqual({ name: '', address: 'heldout@example.org' });
  for (const bad of ['', 'Heldout', 'Heldout <heldout>', 'A <a@example.org>\r\nBcc: b@example.org']) {
    expect(() => from(bad), bad).toThrow('HELDOUT_MAIL_FROM');
  }
});

test('mails are shown only in development, and only without a mail server', () => {
  expect(parse({})).toMatchObject({ mail: null, showsMail: false });
  expect(parse({ NODE_ENV: 'production' }).showsMail).toBe(false);
  expect(parse({ NODE_ENV: 'development' }).showsMail).toBe(true);
  const on = {
    NODE_ENV: 'development' as const,
    HELDOUT_SMTP_URL: 'smtp://localhost',
    HELDOUT_MAIL_FROM: FROM,
  };
  expect(parse(on).showsMail).toBe(false);
});
