import { createApiToken } from '#lib/server/api-tokens.ts';
import { clientAddress } from '#lib/server/client-address.ts';
import { answer, json, readJson } from '../../answer.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const address = clientAddress(here.environment, request.headers);
    return json({ token: await createApiToken(here, await readJson(request), address) }, 201);
  });
}
