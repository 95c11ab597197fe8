import { answer, idempotencyKey, json, readJson, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { listSubmissions } from '#lib/site/submissions/team-submissions.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const query = readQuery(request, ROUTES.listSubmissions);
    return json(ROUTES.listSubmissions, await listSubmissions(site, query, viewer));
  });
}

export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const input = await readJson(request);
    const { id } = await createSubmission(site, input, viewer, idempotencyKey(request));
    const url = `${site.environment.origin}/submissions/${id}`;
    return json(ROUTES.createSubmission, { submission: { id, url } }, { location: url });
  });
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.createSubmission.path);
