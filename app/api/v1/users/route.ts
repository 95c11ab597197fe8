import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const address = clientAddress(site.environment, request.headers);
    return json(ROUTES.signUp, { user: await signUp(site, await readJson(request), address) });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.signUp.path);
