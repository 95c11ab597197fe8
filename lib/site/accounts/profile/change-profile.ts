import { profileSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Changes what the viewer says about themselves. */
export async function changeProfile({ db }: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  const data = parseInput(profileSchema, input);
  await db.$transaction(async (tx) => {
    await tx.user.update({ where: { id: known.userId }, data, select: { id: true } });
    if (data.name === known.name) return;
    const change = { before: { name: known.name }, after: { name: data.name } };
    await recordAudit(tx, known, 'account.rename', null, {}, change);
  });
}
