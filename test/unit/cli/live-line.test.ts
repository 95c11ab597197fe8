import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startLiveLine } from '#cli/live-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 20 });
  return {
    line: startLiveLine(stream as unknown as NodeJS.WriteStream),
    said: () => String(stream.read() ?? ''),
  };
}

it('moves on a terminal, stands below what stays, and is erased at the end', () => {
  const { line, said } = open(true);
  line.say('0 of 3');
  vi.advanceTimersByTime(2000);
  line.above(() => undefined);
  expect(said()).toBe(
    '\r\x1b[2K0 of 3  0 s\r\x1b[2K0 of 3  1 s\r\x1b[2K0 of 3  2 s\r\x1b[2K\r\x1b[2K0 of 3  2 s',
  );
  line.say('a line longer than the terminal');
  expect(said()).toBe('\r\x1b[2Ka line longer than ');
  line.end();
  vi.advanceTimersByTime(5000);
  expect(said()).toBe('\r\x1b[2K');
});

it('says nothing into a log', () => {
  const { line, said } = open(false);
  line.say('0 of 3');
  vi.advanceTimersByTime(2000);
  line.end();
  expect(said()).toBe('');
});
