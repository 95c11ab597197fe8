import type { Readable } from 'node:stream';

/** A log driver keeps at most 1 MiB per container; reading stops if the engine sends more than this. */
const READ_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Returns the last `maxBytes` of the payload of the engine's multiplexed log stream (frames with an 8-byte
 * header: stream, three zeros, big-endian length). Buffers a small multiple of that at most, however long a
 * frame is.
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

/** Keeps the last `capacity` bytes. */
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
    // Compacting occasionally keeps the memory for many tiny writes proportional to their bytes.
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
 * Converts log bytes to text of at most `maxBytes` bytes of UTF-8. Invalid sequences become U+FFFD; control
 * characters (terminal escapes, carriage returns) and bidirectional overrides become visible escapes; line
 * feeds and tabs stay. Keeps the end of the log, where tracebacks are.
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
  // Start at a character boundary.
  let start = 0;
  while (start < cut.length && ((cut[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return cut.subarray(start).toString('utf8');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters on purpose.
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
