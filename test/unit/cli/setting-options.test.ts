import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings, settingsHelp } from '#cli/try/setting-options.ts';
import { readTryCall } from '#cli/try/try-options.ts';
import { DEFAULT_CONTAINER_RULES } from '#lib/domain/phases/rules.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

const CALL = ['image.tar', '--data', 'folder'];

describe('options of heldout try', () => {
  test('without a phase the defaults apply', async () => {
    expect((await readTryCall(CALL)).rules).toEqual(DEFAULT_CONTAINER_RULES);
  });

  test('each setting that has an option is read as a value of the setting', async () => {
    const { rules } = await readTryCall([
      ...CALL,
      ...['--contract', 'invoke', '--missing-geometry', '--no-gvisor', '--gpus', '2:A100'],
      ...[
        '--cpus',
        '1.5',
        '--memory-mib',
        '512',
        '--pids',
        '64',
        '--time-limit-seconds',
        '9',
        '--output-mib',
        '7',
      ],
    ]);
    expect(rules).toEqual({
      ...DEFAULT_CONTAINER_RULES,
      contract: 'INVOKE',
      acceptsMissingGeometry: true,
      gpu: { count: 2, model: 'A100' },
      limits: {
        ...DEFAULT_CONTAINER_RULES.limits,
        cpus: 1.5,
        memoryMib: 512,
        pids: 64,
        timeLimitSeconds: 9,
        outputMib: 7,
      },
    });
    expect(readSettings({ gpus: '1' }).rules).toEqual({ gpu: { count: 1 } });
  });

  test.each([
    ['--contract', 'ssh', '--contract takes exec, invoke or batch, not "ssh".'],
    ['--cpus', 'all', '--cpus takes a number from 0.1 to 256, not "all".'],
    ['--pids', '8.5', '--pids takes a whole number from 8 to 65536, not "8.5".'],
    ['--gpus', '0', '--gpus takes a number from 1 to 16, with or without a model (1:A100), not "0".'],
    ['--gpus', 'all', '--gpus takes a number from 1 to 16, with or without a model (1:A100), not "all".'],
  ])('%s %s is refused with what it takes', async (flag, value, message) => {
    await expect(readTryCall([...CALL, flag, value])).rejects.toThrow(message);
  });

  test('settings that exclude each other are refused', async () => {
    await expect(readTryCall([...CALL, '--contract', 'invoke', '--gvisor'])).rejects.toThrow('gVisor');
    await expect(readTryCall([...CALL, '--gpus', '1', '--gvisor'])).rejects.toThrow('no GPU');
  });

  test('a scorer and its truth are for a task that is scored by a container', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'heldout-try-options-'));
    try {
      const task = path.join(folder, 'task.json');
      const metrics = [{ name: 'f1', title: 'F1', better: 'higher', worst: 0, case: 'f1' }];
      await writeFile(task, JSON.stringify({ ...strokeTask(), scoring: { kind: 'container', metrics } }));
      const scorerOf = async (...args: string[]) => (await readTryCall([...CALL, ...args])).scorer;
      expect(await scorerOf('--task', task)).toBeNull();
      const scorer = ['--scorer', 'scorer.tar'];
      expect(await scorerOf('--task', task, ...scorer)).toEqual({
        imageFile: 'scorer.tar',
        groundTruth: null,
      });
      expect(await scorerOf('--task', task, ...scorer, '--ground-truth', 'truth')).toEqual({
        imageFile: 'scorer.tar',
        groundTruth: 'truth',
      });
      const alone = scorerOf('--task', task, '--ground-truth', 'truth');
      await expect(alone).rejects.toThrow('--ground-truth needs --scorer IMAGE.');
      await expect(scorerOf(...scorer)).rejects.toThrow(
        'this one has the scoring "segmentation", which needs no scorer. Leave it out',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('the help has a line for each', () => {
    expect(settingsHelp()).toContain('  --gpus N[:MODEL]         GPUs per container, as in 1 or 1:A100');
    expect(settingsHelp()).toContain('  --cpus N                 processors (default 1)');
    expect(settingsHelp()).toContain(
      '  --[no-]missing-geometry  accept masks whose header holds no geometry',
    );
  });
});
