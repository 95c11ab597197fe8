import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openEngine } from '#runner/sandbox/engine/docker.ts';

/** Removes the images that the runner of this home keeps for the next evaluation: there is none after a test. */
export async function removeImages(runnerHome: string): Promise<void> {
  const file = path.join(runnerHome, 'images.json');
  if (!existsSync(file)) return;
  const entries: Record<string, { image: { id: string } }> = JSON.parse(await readFile(file, 'utf8'));
  const engine = openEngine();
  for (const { image } of Object.values(entries)) await engine.removeImage(image.id);
}
