/** A status line is short; anything longer without a line end is not HTTP. */
const MAX_BYTES = 1024;

/**
 * Reads the status of an HTTP/1 answer from its first bytes. Headers and body are untrusted and not needed,
 * so they are ignored. `incomplete`: more bytes are needed.
 * RFC 9112, section 4: HTTP-version SP status-code SP [ reason-phrase ] CRLF.
 */
export function readStatus(start: Buffer): number | 'incomplete' | 'malformed' {
  const end = start.indexOf(0x0a);
  if (end < 0) return start.length < MAX_BYTES ? 'incomplete' : 'malformed';
  if (end > MAX_BYTES) return 'malformed';
  const line = start.subarray(0, end).toString('latin1');
  const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: .*)?\r?$/.exec(line)?.[1];
  return status === undefined ? 'malformed' : Number(status);
}
