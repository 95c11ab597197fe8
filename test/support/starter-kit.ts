import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KitPhase } from '#lib/domain/tasks/starter-kit/kit-phase.ts';
import { KIT_TEMPLATES, type KitTemplates, starterKit } from '#lib/domain/tasks/starter-kit/starter-kit.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../examples/starter-kit');

const templates = Object.fromEntries(
  KIT_TEMPLATES.map((name) => [name, readFileSync(path.join(TEMPLATES, name), 'utf8')]),
) as KitTemplates;

/** The texts of a kit's files by path. */
export function kitTexts(kit: KitPhase): Record<string, string> {
  return Object.fromEntries(starterKit(kit, templates).map((file) => [file.path, file.text]));
}

/** Writes a kit as its archive unpacks. */
export async function writeKit(folder: string, kit: KitPhase): Promise<void> {
  for (const file of starterKit(kit, templates)) {
    const target = path.join(folder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { mode: file.isExecutable ? 0o755 : 0o644 });
  }
}
