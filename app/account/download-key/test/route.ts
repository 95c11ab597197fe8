import { z } from 'zod';
import { answer, readQuery } from '#app/api/answer.ts';
import { sendOffer } from '#app/api/download.ts';
import { DOWNLOAD_FORMS } from '#lib/domain/datasets/download-form.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { offerTestFile } from '#lib/site/datasets/keys/account-key.ts';

const query = z.object({ as: z.enum(DOWNLOAD_FORMS).exclude(['plain']) });

/** A small file to try one’s download key with. */
export function GET(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const offer = await offerTestFile(site, readQuery(request, { query }).as, viewer);
    return sendOffer(request, offer, site.log);
  });
}
