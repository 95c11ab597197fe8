import type { z } from 'zod';
import { callSite } from '#cli/site/call-site.ts';
import type { releaseFileSchema } from '#lib/api/datasets/datasets.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { ReleaseOptions } from './release-options.ts';

export type ReleaseFile = z.infer<typeof releaseFileSchema>;

/** All files of a variant with their checksums. Throws CommandError. */
export async function listFiles({ site, token, params }: ReleaseOptions): Promise<ReleaseFile[]> {
  const route = ROUTES.listReleaseFiles;
  const files: ReleaseFile[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const url = new URL(routeAddress(route, params, after === '' ? {} : { after }), site);
    const page: { files: ReleaseFile[]; next: string | null } = await callSite({ route, url, token });
    files.push(...page.files);
    after = page.next;
  }
  return files;
}
