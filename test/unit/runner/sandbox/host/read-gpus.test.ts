import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readGpus } from '#runner/sandbox/host/host.ts';

test('GPUs are read from the list of NVIDIA’s driver; other entries are ignored', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-gpus-'));
  const write = async (name: string, text: string) => {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'information'), text);
  };
  try {
    await write(
      '0000:81:00.0',
      'Model: \t\t NVIDIA A100-SXM4-40GB\nIRQ:   \t\t 134\nGPU UUID: \t GPU-5c1b7f6e-1111-2222-3333-444455556666\nBus Type: \t PCIe\n',
    );
    await write('0000:01:00.0', 'Model: \t\t Tesla T4\nGPU UUID: \t GPU-00aa\n');
    await write('0000:02:00.0', 'Model: \t\t Unknown\nGPU UUID: \t GPU-????????\n');
    await mkdir(path.join(folder, 'empty'));
    expect(await readGpus(folder)).toEqual([
      { uuid: 'GPU-00aa', model: 'Tesla T4' },
      { uuid: 'GPU-5c1b7f6e-1111-2222-3333-444455556666', model: 'NVIDIA A100-SXM4-40GB' },
    ]);
    expect(await readGpus(path.join(folder, 'missing'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
