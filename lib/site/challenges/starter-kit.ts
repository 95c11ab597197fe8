import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { kitName } from '#lib/domain/tasks/starter-kit/kit-phase.ts';
import { KIT_TEMPLATES, type KitTemplates, starterKit } from '#lib/domain/tasks/starter-kit/starter-kit.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { findPhase, readSharedChallenge } from './find-challenge.ts';
import { phaseRules } from './phase-view.ts';

const FOLDER = 'examples/starter-kit';
/** The upper half of the attributes is the mode of a Unix file. */
const UNIX = 3;
const modeOf = (isExecutable: boolean) => (isExecutable ? 0o100755 : 0o100644) * 2 ** 16;

/** The starter kit of a phase as a .zip: 20 kB, made for each request. Throws NOT_FOUND. */
export async function starterKitArchive(
  site: Site,
  challengeSlug: string,
  phaseSlug: string,
  viewer: Viewer | null,
): Promise<{ fileName: string; bytes: Uint8Array<ArrayBuffer> }> {
  const challenge = await readSharedChallenge(site, challengeSlug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const kit = { challenge, phase, rules: phaseRules(phase), origin: site.environment.origin };
  const name = kitName(kit);
  const files = starterKit(kit, await readTemplates()).map(({ path, text, isExecutable }) => {
    const options = { os: UNIX, attrs: modeOf(isExecutable), mtime: site.now() };
    return [`${name}/${path}`, [strToU8(text), options]] as const;
  });
  return { fileName: `${name}.zip`, bytes: zipSync(Object.fromEntries(files) as Zippable) };
}

/** They are no part of the build: the server runs in the repository. */
async function readTemplates(): Promise<KitTemplates> {
  const folder = join(/*turbopackIgnore: true*/ process.cwd(), FOLDER);
  const texts = KIT_TEMPLATES.map(
    async (name) => [name, await readFile(join(folder, name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(texts)) as KitTemplates;
}
