import type { Readable } from 'node:stream';

/** A log driver keeps at most 1 MiB of a container; more than this from the engine is not read on. */
const READ_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The last `maxBytes` of the payload of an engine's multiplexed log stream (frames of an 8-byte header:
 * stream, three zeros, big-endian length). Holds no more than that, however long a frame is.
 */
export async function readLogFrames(stream: Readable, maxBytes: number): Promise<Uint8Array> {
  const tail = new ByteTail(maxBytes);
  const header = Buffer.alloc(8);
  let headerLength = 0;
  let payloadLeft = 0;
  let total = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      if (payloadLeft > 0) {
        const take = Math.min(payloadLeft, chunk.length - at);
        tail.push(chunk.subarray(at, at + take));
        payloadLeft -= take;
        at += take;
        continue;
      }
      header[headerLength++] = chunk[at++] ?? 0;
      if (headerLength === 8) {
        payloadLeft = header.readUInt32BE(4);
        headerLength = 0;
      }
    }
    total += chunk.length;
    if (total > READ_LIMIT_BYTES) break;
  }
  return tail.bytes();
}

/** Keeps the last `capacity` bytes of what is pushed. */
class ByteTail {
  private readonly capacity: number;
  private parts: Buffer[] = [];
  private length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  push(part: Buffer): void {
    this.parts.push(Buffer.from(part));
    this.length += part.length;
    // Compacted now and then, so that a flood of tiny writes costs no more than its bytes.
    if (this.length > 2 * this.capacity || this.parts.length > 1024) this.compact();
  }

  bytes(): Uint8Array {
    this.compact();
    return this.parts[0] ?? new Uint8Array();
  }

  private compact(): void {
    const all = Buffer.concat(this.parts);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.capacity)));
    this.parts = [kept];
    this.length = kept.length;
  }
}

/**
 * Log bytes as text of at most `maxBytes` bytes of UTF-8: invalid sequences become U+FFFD, control characters
 * (terminal escapes, carriage returns) and bidirectional overrides become visible escapes. Line feeds and tabs
 * stay. The end is kept, because that is where a traceback stands.
 */
export function escapeLog(bytes: Uint8Array, maxBytes: number): string {
  const escaped = new TextDecoder().decode(bytes).replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  const encoded = Buffer.from(escaped, 'utf8');
  if (encoded.length <= maxBytes) return escaped;
  const cut = encoded.subarray(encoded.length - maxBytes);
  // Begin at a character, not in the middle of one.
  let start = 0;
  while (start < cut.length && ((cut[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return cut.subarray(start).toString('utf8');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
