import { answer, bodyOf, contentLength, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { importUpload, readUpload, receivePart } from '#lib/site/test-sets/upload-parts.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

async function placeOf({ params }: Context) {
  const { slug: challenge, phase } = await params;
  return { challenge, phase };
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const query = readQuery(request, ROUTES.readTestSetUpload);
    const upload = await readUpload(site, { ...(await placeOf(context)), ...query }, viewer);
    return json(ROUTES.readTestSetUpload, { upload });
  });
}

export function PUT(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const query = readQuery(request, ROUTES.uploadTestSetPart);
    const part = { ...query, chunks: bodyOf(request), expectedBytes: contentLength(request) };
    const upload = await receivePart(site, { ...(await placeOf(context)), ...part }, viewer);
    return json(ROUTES.uploadTestSetPart, { upload });
  });
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const query = readQuery(request, ROUTES.importUploadedTestSet);
    const testSet = await importUpload(site, { ...(await placeOf(context)), ...query }, viewer);
    return json(ROUTES.importUploadedTestSet, { testSet });
  });
}

export const { PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readTestSetUpload.path);
