import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { openApiDocument } from '#lib/api/openapi/document.ts';
import { ROUTES } from '#lib/api/routes.ts';

/** The same for everyone who asks at this address, so it is made once for each. */
const documents = new Map<string, ReturnType<typeof openApiDocument>>();

export function GET(request: Request): Promise<Response> {
  return answer(request, ({ environment: { origin } }) => {
    const document = documents.get(origin) ?? openApiDocument(origin);
    documents.set(origin, document);
    return Promise.resolve(json(ROUTES.readOpenApi, { ...document }));
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readOpenApi.path);
