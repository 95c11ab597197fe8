import { otherMethods } from '#app/api/problems.ts';
import { type ReleaseContext, releaseFile } from '#app/api/release-file.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { describeInCroissant } from '#lib/site/datasets/describe-release.ts';

const route = ROUTES.describeInCroissant;

export function GET(request: Request, context: ReleaseContext): Promise<Response> {
  return releaseFile(request, context, {
    route,
    name: 'croissant.json',
    write: async (...asked) =>
      `${JSON.stringify(await describeInCroissant(...asked, { listsFiles: true }), null, 2)}\n`,
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
