import type { z } from 'zod';
import type { ArchiveKind, StoredArchive } from '#lib/api/archives.ts';
import type { JsonRoute, ROUTES } from '#lib/api/routes.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { storeArchive } from '#lib/site/submissions/archives/store-archive.ts';
import { type ArchivePage, listArchives } from '#lib/site/submissions/archives/uploaded-archives.ts';
import { answer, bodyOf, contentLength, idempotencyKey, json, readQuery } from './answer.ts';

type Body<Route extends JsonRoute> = z.input<Route['response']['schema']>;

/** Lists the archives that a team has uploaded, so that they can be submitted again. Answers with one page. */
export function listTeamArchives<Route extends typeof ROUTES.listImages | typeof ROUTES.listModels>(
  request: Request,
  kind: ArchiveKind,
  route: Route,
  bodyWith: (page: ArchivePage) => Body<Route>,
): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    return json(route, bodyWith(await listArchives(site, kind, readQuery(request, route), viewer)));
  });
}

/**
 * Receives an archive as the raw body; team and phase are in the query. Answers with the archive under its
 * kind.
 */
export function receiveArchive<Route extends typeof ROUTES.uploadImage | typeof ROUTES.uploadModel>(
  request: Request,
  kind: ArchiveKind,
  route: Route,
  bodyWith: (archive: StoredArchive) => Body<Route>,
): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const upload = {
      ...readQuery(request, route),
      fileName: fileNameOf(request),
      chunks: bodyOf(request),
      expectedBytes: contentLength(request),
      expectedSha256: request.headers.get('x-content-sha256') ?? undefined,
    };
    const archive = await storeArchive(site, kind, upload, viewer, idempotencyKey(request));
    return json(route, bodyWith(archive));
  });
}

function fileNameOf(request: Request): string {
  try {
    return decodeURIComponent(request.headers.get('x-file-name') ?? '');
  } catch {
    throw new DomainError('INVALID', 'X-File-Name is not URI-encoded.');
  }
}
