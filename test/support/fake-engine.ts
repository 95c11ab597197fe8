import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import type { Engine } from '#runner/sandbox/engine/engine.ts';

/** An engine that records the archives it loads, as files; it has no containers. */
export interface FakeEngine extends Engine {
  loads: Map<string, Buffer>[];
}

export function fakeEngine(): FakeEngine {
  const loads: Map<string, Buffer>[] = [];
  const ids = new Set<string>();
  const none = () => Promise.reject(new Error('This engine has no containers.'));
  return {
    loads,
    ping: async () => undefined,
    info: none,
    async loadImage(tar) {
      const files = await readTar(tar);
      loads.push(files);
      const [{ Config }] = JSON.parse(String(files.get('manifest.json')));
      const id = `sha256:${createHash('sha256').update(files.get(Config)!).digest('hex')}`;
      ids.add(id);
      return id;
    },
    imageExists: async (id) => ids.has(id),
    removeImage: async (id) => ids.delete(id) || true,
    holdImage: none,
    createContainer: none,
    startContainer: none,
    waitContainer: none,
    killContainer: none,
    pauseContainer: none,
    unpauseContainer: none,
    inspectContainer: none,
    readLogs: none,
    removeContainer: none,
    listContainers: none,
  };
}

async function readTar(tar: Readable): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer[]>();
  let current: Buffer[] = [];
  const reader = new TarReader({
    onEntry: ({ name }) => {
      current = [];
      files.set(name, current);
    },
    onData: (chunk) => current.push(Buffer.from(chunk)),
    onEntryEnd: () => undefined,
  });
  for await (const chunk of tar) reader.write(chunk);
  reader.end();
  return new Map([...files].map(([name, parts]) => [name, Buffer.concat(parts)]));
}
