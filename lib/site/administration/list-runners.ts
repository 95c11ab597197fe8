import type { RunnersView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readRunners } from '#lib/site/console/runners-view.ts';
import type { Site } from '#lib/site/site.ts';

/** All runners and what they work on, whichever challenge it belongs to. */
export async function runnersView(site: Site, viewer: Viewer | null): Promise<RunnersView> {
  authorize('site.inspect', viewer);
  return { runners: await readRunners(site, null), asOf: site.now().toISOString() };
}
