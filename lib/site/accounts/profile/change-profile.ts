import { profileSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Changes what the viewer says about themselves. */
export async function changeProfile({ db }: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const { userId } = authorize('account.change', viewer);
  const data = parseInput(profileSchema, input);
  await db.user.update({ where: { id: userId }, data, select: { id: true } });
}
