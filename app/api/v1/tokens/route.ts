import { answer, idempotencyKey, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const address = clientAddress(site.environment, request.headers);
    const token = await createApiToken(site, await readJson(request), { address }, idempotencyKey(request));
    return json(ROUTES.createToken, { token });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.createToken.path);
