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
  const [policy, nonce] = policyOf(headers);
  if (nonce === null) return headers;
  const html = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  const hashes = inlineScripts(html, nonce).map(
    (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return { ...headers, [CSP]: policy.replace(NONCE, [...new Set(hashes)].join(' ')) };
}

/**
 * A copy of a page that is rendered once and sent to several readers, each with a nonce of its own. Nobody has seen the
 * nonce of the rendering, so no text of the page can have it. For pages whose scripts differ from reader to reader.
 */
export function renewNonce(answer: { headers: OutgoingHttpHeaders; body: Buffer }): typeof answer {
  const [policy, nonce] = policyOf(answer.headers);
  if (nonce === null) return answer;
  const own = randomBytes(16).toString('base64');
  return {
    headers: { ...answer.headers, [CSP]: policy.replaceAll(nonce, own) },
    body: Buffer.from(answer.body.toString().replaceAll(nonce, own)),
  };
}

function policyOf(headers: OutgoingHttpHeaders): [policy: string, nonce: string | null] {
  const policy = headers[CSP];
  if (typeof policy !== 'string') return ['', null];
  return [policy, NONCE.exec(policy)?.[1] ?? null];
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
