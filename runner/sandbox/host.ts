import type { Engine, EngineInfo } from './engine.ts';

/** What this host has, as plain JSON: the runner records it, `heldout doctor` prints it. */
export interface HostFacts {
  engine: EngineInfo;
}

/** Throws PlatformFault('ENGINE_LOST') where no engine answers. */
export async function readHost(engine: Engine): Promise<HostFacts> {
  await engine.ping();
  return { engine: await engine.info() };
}
