import { clientAddress } from '#lib/server/client-address.ts';
import { signUp } from '#lib/server/sign-up.ts';
import { answer, json, readJson } from '../../answer.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const address = clientAddress(here.environment, request.headers);
    return json({ user: await signUp(here, await readJson(request), address) }, 201);
  });
}
