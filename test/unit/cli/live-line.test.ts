import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startLiveLine } from '#cli/live-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 20 });
  return {
    line: startLiveLine(stream as unknown as NodeJS.WriteStream),
    written: () => String(stream.read() ?? ''),
  };
}

it('is redrawn on a terminal, stays below permanent lines, and is erased at the end', () => {
  const { line, written } = open(true);
  line.show('0 of 3');
  vi.advanceTimersByTime(2000);
  line.above(() => undefined);
  expect(written()).toBe(
    '\r\x1b[2K0 of 3  0 s\r\x1b[2K0 of 3  1 s\r\x1b[2K0 of 3  2 s\r\x1b[2K\r\x1b[2K0 of 3  2 s',
  );
  line.show('a line longer than the terminal');
  expect(written()).toBe('\r\x1b[2Ka line longer than ');
  line.end();
  vi.advanceTimersByTime(5000);
  expect(written()).toBe('\r\x1b[2K');
});

it('writes nothing to a log', () => {
  const { line, written } = open(false);
  line.show('0 of 3');
  vi.advanceTimersByTime(2000);
  line.end();
  expect(written()).toBe('');
});
