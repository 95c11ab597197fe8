import type { ArchiveKind } from '#lib/api/archives.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { storeArchive } from '#lib/site/submissions/store-archive.ts';
import { listArchives } from '#lib/site/submissions/uploaded-archives.ts';
import { announcedBytes, answer, bodyOf, json } from './answer.ts';

/** What a team has sent already, so that it need not be sent again. */
export function answerArchives(request: Request, kind: ArchiveKind): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const team = new URL(request.url).searchParams.get('team') ?? '';
    return json({ [`${kind}s`]: await listArchives(here, kind, team, viewer) });
  });
}

/** A file as the raw body; whose it is and what for in the address. Answers with it under its kind's name. */
export function receiveArchive(request: Request, kind: ArchiveKind): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const query = new URL(request.url).searchParams;
    const upload = {
      team: query.get('team') ?? '',
      challenge: query.get('challenge') ?? '',
      phase: query.get('phase') ?? '',
      fileName: fileNameOf(request),
      chunks: bodyOf(request),
      expectedBytes: announcedBytes(request),
      expectedSha256: request.headers.get('x-content-sha256') ?? undefined,
    };
    return json({ [kind]: await storeArchive(here, kind, upload, viewer) }, 201);
  });
}

function fileNameOf(request: Request): string {
  try {
    return decodeURIComponent(request.headers.get('x-file-name') ?? '');
  } catch {
    throw new DomainError('INVALID', 'X-File-Name is not URI-encoded.');
  }
}
