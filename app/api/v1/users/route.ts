import { answer, json, readJson } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';

/** The same for a new address and for a taken one. */
const CREATED =
  'If the email address had no account, it has one now. Create a token with this password at /api/v1/tokens.';
const MAILED =
  'A mail is on its way to the email address. Open its link to create the account, and then create a token at /api/v1/tokens.';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const address = clientAddress(site.environment, request.headers);
    await signUp(site, await readJson(request), { address });
    return json(ROUTES.signUp, { message: sendsMail(site.environment) ? MAILED : CREATED });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.signUp.path);
