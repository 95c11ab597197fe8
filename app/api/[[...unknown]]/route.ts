import { problem } from '#app/api/problems.ts';

/** Any address below /api that no other route has: programs get a problem instead of the page of a 404. */
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
