import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseEnvironment } from '#lib/domain/describe-issues.ts';
import { type Mailbox, mailboxSchema, type SmtpServer, smtpUrlSchema } from '#lib/platform/mail/settings.ts';
import {
  clientSchema,
  issuerSchema,
  type ProviderSettings,
  providersOf,
} from './accounts/providers/provider-settings.ts';

/** Treats an empty variable as unset, because Compose files and CI set unused variables to ''. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);

/** Documented in .env.example. */
export const siteVariables = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Set it to the database URL, postgresql://…' }),
  HELDOUT_HOME: optional(z.string().default('.heldout')),
  HELDOUT_STORE: optional(z.string().optional()),
  HELDOUT_DATA_KEYS: optional(z.string().optional()),
  NEXTAUTH_URL: z.url({ protocol: /^https?$/, error: 'Set it to the site’s public URL, https://…' }),
  NEXTAUTH_SECRET: z.string().min(20, 'Set it to at least 20 random characters. They sign cookies.'),
  HELDOUT_PROXY_HOPS: optional(z.coerce.number().int().min(0).max(10).default(0)),
  HELDOUT_IDLE_SECONDS: optional(z.coerce.number().int().min(1).default(60)),
  HELDOUT_CONNECTIONS_PER_ADDRESS: optional(z.coerce.number().int().min(1).default(256)),
  HELDOUT_API_REQUESTS_PER_MINUTE: optional(z.coerce.number().int().min(1).default(1200)),
  HELDOUT_TEST_SET_MAX_MIB: optional(z.coerce.number().int().min(1).default(1_048_576)),
  HELDOUT_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
  HELDOUT_SMTP_URL: optional(smtpUrlSchema.optional()),
  HELDOUT_MAIL_FROM: optional(mailboxSchema.optional()),
  HELDOUT_SECOND_FACTOR: optional(z.enum(['optional', 'organizers']).default('optional')),
  HELDOUT_ORCID_CLIENT: optional(clientSchema.optional()),
  HELDOUT_GITHUB_CLIENT: optional(clientSchema.optional()),
  HELDOUT_GOOGLE_CLIENT: optional(clientSchema.optional()),
  HELDOUT_OIDC_CLIENT: optional(clientSchema.optional()),
  HELDOUT_OIDC_ISSUER: optional(issuerSchema.optional()),
  HELDOUT_OIDC_NAME: optional(z.string().default('single sign-on')),
});

const checkedVariables = siteVariables.refine((data) => !data.HELDOUT_SMTP_URL || data.HELDOUT_MAIL_FROM, {
  path: ['HELDOUT_MAIL_FROM'],
  error: 'Set it to the sender of the site’s mails, Heldout <heldout@example.org>.',
});

export interface SiteEnvironment {
  databaseUrl: string;
  /** Shared with the runners. */
  storeFolder: string;
  /** Apart from the database and the store (datasets/data-keys.ts). */
  dataKeyFile: string;
  /** The site's public scheme, host and port. Cookies and the Origin check depend on it. */
  origin: string;
  sessionSecret: string;
  /**
   * The number of our proxies in front of the site, each of which adds an entry to X-Forwarded-For. With 0,
   * the header is ignored (accounts/client-address.ts).
   */
  proxyHops: number;
  /** Limits of the HTTP server (server/http-server.ts). */
  http: { idleMs: number; maxConnectionsPerAddress: number };
  /** Of one address. */
  apiRequestsPerMinute: number;
  testSetMaxBytes: number;
  /** null: mail is off. */
  mail: { server: SmtpServer; from: Mailbox } | null;
  /** Whether /dev/mail shows the mails instead: in development without a mail server, never in production. */
  showsMail: boolean;
  /** `organizers`: organizers and administrators need a second factor. */
  secondFactor: 'optional' | 'organizers';
  /** Where people can sign in besides their password and mail. */
  providers: readonly ProviderSettings[];
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Throws an Error that lists every missing or invalid variable. */
export function parseSiteEnvironment(variables: NodeJS.ProcessEnv): SiteEnvironment {
  const data = parseEnvironment(checkedVariables, variables, 'site');
  const { HELDOUT_SMTP_URL: server, HELDOUT_MAIL_FROM: from } = data;
  return {
    databaseUrl: data.DATABASE_URL,
    // The store isn't part of the build. Without the comment, Next would trace the whole project into it.
    storeFolder: resolve(/*turbopackIgnore: true*/ data.HELDOUT_STORE ?? join(data.HELDOUT_HOME, 'store')),
    dataKeyFile: resolve(
      /*turbopackIgnore: true*/ data.HELDOUT_DATA_KEYS ?? join(data.HELDOUT_HOME, 'data-keys'),
    ),
    origin: new URL(data.NEXTAUTH_URL).origin,
    sessionSecret: data.NEXTAUTH_SECRET,
    proxyHops: data.HELDOUT_PROXY_HOPS,
    http: {
      idleMs: data.HELDOUT_IDLE_SECONDS * 1000,
      maxConnectionsPerAddress: data.HELDOUT_CONNECTIONS_PER_ADDRESS,
    },
    apiRequestsPerMinute: data.HELDOUT_API_REQUESTS_PER_MINUTE,
    testSetMaxBytes: data.HELDOUT_TEST_SET_MAX_MIB * 2 ** 20,
    mail: server && from ? { server, from } : null,
    showsMail: variables['NODE_ENV'] === 'development' && !server,
    secondFactor: data.HELDOUT_SECOND_FACTOR,
    providers: providersOf(data),
    logLevel: data.HELDOUT_LOG_LEVEL,
  };
}
