import { expect, test } from 'vitest';
import { parseProcessStat, readProcessStat } from '#runner/sandbox/host/process-stat.mjs';

/** As Linux writes it: the state is field 3, the start field 22. */
const stat = (name: string) =>
  `4711 (${name}) S 1 4711 4711 0 -1 4194304 105 0 0 0 3 1 0 0 20 0 1 0 886644 5783552 300 18446744073709551615`;

test.each(['node', 'tmux: server', 'a) R 1 (b', ')))', ''])(
  'the name "%s" does not shift the fields',
  (name) => {
    expect(parseProcessStat(stat(name))).toEqual({ state: 'S', startTicks: 886_644 });
  },
);

test.each(['', 'stat', '4711 (node) S 1 4711'])('"%s" is not a process', (text) => {
  expect(parseProcessStat(text)).toBeNull();
});

test.runIf(process.platform === 'linux')(
  'this process is found, one above the highest possible ID is not',
  () => {
    expect(readProcessStat(process.pid)).toMatchObject({ state: expect.stringMatching(/^[RS]$/) });
    expect(readProcessStat(2 ** 22 + 1)).toBeNull();
  },
);
