import { otherMethods } from '#app/api/problems.ts';
import { type ReleaseContext, releaseFile } from '#app/api/release-file.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { describedRelease } from '#lib/site/datasets/describe-release.ts';
import { bibtexOf } from '#lib/site/datasets/formats/citation.ts';

const route = ROUTES.citeReleaseBibtex;

export function GET(request: Request, context: ReleaseContext): Promise<Response> {
  return releaseFile(request, context, {
    route,
    name: 'citation.bib',
    write: async (...asked) => bibtexOf(await describedRelease(...asked)),
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
