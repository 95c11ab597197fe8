import { problem } from '#app/api/problems.ts';

/** Answers any path below /api without a route. Programs get a problem instead of an HTML page. */
function refuseUnknown(request: Request): Response {
  const { pathname } = new URL(request.url);
  return problem('NOT_FOUND', `The API has no address ${pathname}. Check the path.`);
}

export {
  refuseUnknown as DELETE,
  refuseUnknown as GET,
  refuseUnknown as OPTIONS,
  refuseUnknown as PATCH,
  refuseUnknown as POST,
  refuseUnknown as PUT,
};
