import { answer } from '#app/api/answer.ts';
import { exportAccount } from '#lib/site/accounts/profile/export-account.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';

/** A download of one's own data. */
export function GET(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const data = await exportAccount(site, await requestViewer(site, request));
    return new Response(`${JSON.stringify(data, null, 2)}\n`, {
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="heldout-account.json"',
        'cache-control': 'no-store',
      },
    });
  });
}
