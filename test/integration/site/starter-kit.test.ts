import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET } from '#app/api/v1/challenges/[slug]/phases/[phase]/starter-kit.zip/route.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  scene = await newScene(here.database.owner);
});
afterAll(() => here.close());

function download(phase: string): Promise<Response> {
  const params = Promise.resolve({ slug: scene.challengeSlug, phase });
  return GET(new Request(ORIGIN), { params });
}

/** The Unix mode of a file, from its entry in the archive's directory. */
function modeIn(archive: Buffer, name: string): number {
  const nameAt = archive.lastIndexOf(name);
  const entry = archive.lastIndexOf('PK\x01\x02', nameAt, 'latin1');
  return archive.readUInt16LE(entry + 40);
}

test('anyone can download the starter kit of a phase as an archive of one folder', async () => {
  const response = await download('test');
  const name = `${scene.challengeSlug}-test-starter-kit`;
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}.zip"`);
  const archive = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(archive.length));
  const files = Object.entries(unzipSync(archive)).map(([path, bytes]) => [
    path,
    Buffer.from(bytes).toString(),
  ]);
  expect(files.map(([path]) => path)).toContain(`${name}/Dockerfile`);
  expect(files.every(([path]) => path?.startsWith(`${name}/`))).toBe(true);
  const texts = Object.fromEntries(files);
  expect(texts[`${name}/try.sh`]).toContain(
    `--phase ${scene.challengeSlug}/test --site "\${HELDOUT_SITE:-${ORIGIN}}"`,
  );
  expect(texts[`${name}/predict.py`]).toContain('"stroke-lesion-segmentation": np.zeros(');
});

test('try.sh in the archive is executable, other files are not', async () => {
  const archive = Buffer.from(await (await download('test')).arrayBuffer());
  expect(modeIn(archive, 'try.sh')).toBe(0o100755);
  expect(modeIn(archive, 'predict.py')).toBe(0o100644);
});

test('a phase that doesn’t exist has none', async () => {
  expect((await download('nowhere')).status).toBe(404);
});
