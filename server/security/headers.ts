import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Render } from '#server/answer.ts';
import { newNonce } from './pin-scripts.ts';

const CSP = 'content-security-policy';

/** On every answer. A page replaces the policy for content, which allows an answer of the API or a file nothing. */
const HEADERS: Readonly<Record<string, string>> = {
  [CSP]: "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Other sites learn at most that a link is on this one: addresses can hold invitations.
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': [
    'accelerometer',
    'autoplay',
    'browsing-topics',
    'camera',
    'display-capture',
    'encrypted-media',
    'geolocation',
    'gyroscope',
    'hid',
    'magnetometer',
    'microphone',
    'midi',
    'payment',
    'serial',
    'usb',
    'xr-spatial-tracking',
  ]
    .map((feature) => `${feature}=()`)
    .join(', '),
  'cross-origin-opener-policy': 'same-origin',
};
const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * The only address that pages of other sites may frame: a leaderboard without scripts and forms (app/embed). Its parts
 * are slugs, because a path with dots or escapes could lead to another page.
 */
const EMBEDDED = /^\/embed\/[a-z0-9-]+\/[a-z0-9-]+(?:\?|$)/;
const EMBEDDED_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *";

/** The script that seals test sets in browsers. It reads the cases, so it may speak to this site alone. */
const SEALING_WORKER = /^\/sealing\/worker\.js(?:\?|$)/;
const WORKER_CSP = "default-src 'none'; connect-src 'self'";

type Asked = Pick<IncomingMessage, 'url'>;

export function setSecurityHeaders({ url = '' }: Asked, response: ServerResponse, origin: string): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (EMBEDDED.test(url)) {
    response.setHeader(CSP, EMBEDDED_CSP);
    response.removeHeader('x-frame-options');
  }
  if (SEALING_WORKER.test(url)) response.setHeader(CSP, WORKER_CSP);
  if (origin.startsWith('https:')) {
    response.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}`);
  }
}

/** Whether Next answers with a page, and not with a file or an answer of the API. */
function isPage({ url = '' }: Asked): boolean {
  return !/^\/(api|_next)(?:[/?]|$)/.test(url) && !EMBEDDED.test(url) && !SEALING_WORKER.test(url);
}

/**
 * Gives each page a nonce of its own, without which no inline script runs. Next reads it from this header of the
 * request, and puts it on the scripts that it writes itself.
 */
export function withNonces(render: Render, { dev }: { dev: boolean }): Render {
  return (request, response) => {
    delete request.headers[CSP];
    if (isPage(request)) {
      const nonce = newNonce();
      const policy = pagePolicy(`'nonce-${nonce}'`, dev);
      request.headers[CSP] = policy;
      response.setHeader(CSP, policy);
    }
    return render(request, response);
  };
}

/** @param inline which inline scripts may run. */
function pagePolicy(inline: string, dev: boolean): string {
  return [
    "default-src 'self'",
    // Development needs eval for readable stack traces.
    `script-src 'self' ${inline}${dev ? " 'unsafe-eval'" : ''}`,
    // Charts place their marks by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
