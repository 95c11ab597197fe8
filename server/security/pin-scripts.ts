import { createHash, randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';

const CSP = 'content-security-policy';
const NONCE = /'nonce-([A-Za-z0-9+/=]+)'/;

/**
 * The headers of a page that is sent more than once: its policy names the inline scripts by their hashes instead of
 * by a nonce, which whoever gets the page first could reuse. Only scripts with the nonce that the page was rendered
 * with are named. A script that got into the page by its content has no such nonce, which was random for this rendering.
 */
export function pinScripts(headers: OutgoingHttpHeaders, body: Buffer): OutgoingHttpHeaders {
  const nonce = nonceOf(headers);
  if (nonce === null) return headers;
  const html = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  const hashes = inlineScripts(html, nonce).map(
    (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return { ...headers, [CSP]: String(headers[CSP]).replace(NONCE, [...new Set(hashes)].join(' ')) };
}

/**
 * Of a page that is rendered once and sent to several readers, each copy gets a nonce of its own. Nobody has seen the nonce
 * of the rendering, so no text of the page can have it. For pages whose scripts differ from reader to reader.
 */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/** The nonce that a page's policy allows; null without one. */
export function nonceOf({ [CSP]: policy }: OutgoingHttpHeaders): string | null {
  return typeof policy === 'string' ? (NONCE.exec(policy)?.[1] ?? null) : null;
}

/** The headers of a page with a nonce, with another one. */
export function withNonce(headers: OutgoingHttpHeaders, nonce: string): OutgoingHttpHeaders {
  return { ...headers, [CSP]: String(headers[CSP]).replace(NONCE, `'nonce-${nonce}'`) };
}

/** The texts of the scripts with this nonce. Of a script without a text, the policy allows the file. */
function inlineScripts(html: string, nonce: string): string[] {
  return html.split('<script').flatMap((part) => {
    const end = part.indexOf('>');
    const attributes = part.slice(0, end);
    const close = part.indexOf('</script>');
    if (close <= end || !attributes.includes(` nonce="${nonce}"`)) return [];
    return [part.slice(end + 1, close)];
  });
}
