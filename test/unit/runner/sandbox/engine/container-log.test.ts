import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { escapeLog, readLogFrames } from '#runner/sandbox/engine/container-log.ts';

function frame(stream: number, payload: string | Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

const text = async (chunks: Buffer[], maxBytes: number) =>
  Buffer.from(await readLogFrames(Readable.from(chunks), maxBytes)).toString();

test('stdout and stderr keep the order in which they were written, whatever the chunk sizes', async () => {
  const all = Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n'), frame(1, ''), frame(1, 'three\n')]);
  expect(await text([all], 100)).toBe('one\ntwo\nthree\n');
  expect(
    await text(
      [...all].map((byte) => Buffer.from([byte])),
      100,
    ),
  ).toBe('one\ntwo\nthree\n');
});

test('the last bytes are kept, for many frames and for one huge line', async () => {
  expect(await text([frame(1, 'a'.repeat(1000)), frame(2, 'end')], 5)).toBe('aaend');
  expect(await text([frame(1, `${'x'.repeat(600_000)}END`)], 4)).toBe('xEND');
});

test('reading stops during an endless log', async () => {
  let sent = 0;
  const flood = async function* () {
    for (;;) {
      sent += 1;
      yield frame(1, 'y'.repeat(1024 * 1024));
    }
  };
  const bytes = await readLogFrames(Readable.from(flood()), 100);
  expect(bytes).toHaveLength(100);
  expect(sent).toBeLessThan(40);
});

test('terminal escapes, carriage returns and bidirectional overrides become visible escapes', () => {
  const log = Buffer.from('ok\t1\n\x1b[2Jx\r\x07\u202egnp.exe\x7f\n');
  expect(escapeLog(log, 1000)).toBe('ok\t1\n\\x1b[2Jx\\x0d\\x07\\u202egnp.exe\\x7f\n');
});

test('bytes that are not UTF-8 become replacement characters', () => {
  expect(escapeLog(Buffer.from([0x61, 0xff, 0x62]), 1000)).toBe('a\ufffdb');
});

test('the limit counts bytes of the escaped text and splits no character', () => {
  const log = escapeLog(Buffer.from(`${'\x00'.repeat(40)}äöü`), 9);
  expect(Buffer.byteLength(log)).toBeLessThanOrEqual(9);
  expect(log.endsWith('äöü')).toBe(true);
  expect(escapeLog(Buffer.from('ää'), 3)).toBe('ä');
});
