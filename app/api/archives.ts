import type { z } from 'zod';
import type { ArchiveKind, StoredArchive, UploadedArchive } from '#lib/api/archives.ts';
import type { JsonRoute, ROUTES } from '#lib/api/routes.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { storeArchive } from '#lib/site/submissions/store-archive.ts';
import { listArchives } from '#lib/site/submissions/uploaded-archives.ts';
import { announcedBytes, answer, bodyOf, json, readQuery } from './answer.ts';

type Body<Route extends JsonRoute> = z.input<Route['response']['schema']>;

/** What a team has sent already, so that it need not be sent again. */
export function answerArchives<Route extends typeof ROUTES.listImages | typeof ROUTES.listModels>(
  request: Request,
  kind: ArchiveKind,
  route: Route,
  bodyWith: (archives: UploadedArchive[]) => Body<Route>,
): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { team } = readQuery(request, route);
    return json(route, bodyWith(await listArchives(here, kind, team, viewer)));
  });
}

/** A file as the raw body; whose it is and what for in the address. Answers with it under its kind's name. */
export function receiveArchive<Route extends typeof ROUTES.uploadImage | typeof ROUTES.uploadModel>(
  request: Request,
  kind: ArchiveKind,
  route: Route,
  bodyWith: (archive: StoredArchive) => Body<Route>,
): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const upload = {
      ...readQuery(request, route),
      fileName: fileNameOf(request),
      chunks: bodyOf(request),
      expectedBytes: announcedBytes(request),
      expectedSha256: request.headers.get('x-content-sha256') ?? undefined,
    };
    return json(route, bodyWith(await storeArchive(here, kind, upload, viewer)));
  });
}

function fileNameOf(request: Request): string {
  try {
    return decodeURIComponent(request.headers.get('x-file-name') ?? '');
  } catch {
    throw new DomainError('INVALID', 'X-File-Name is not URI-encoded.');
  }
}
