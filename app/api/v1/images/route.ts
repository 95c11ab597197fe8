import { DomainError } from '#lib/domain/errors.ts';
import { storeImage } from '#lib/server/store-image.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { announcedBytes, answer, bodyOf, json } from '../../answer.ts';

export function POST(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const query = new URL(request.url).searchParams;
    const image = await storeImage(
      here,
      {
        team: query.get('team') ?? '',
        challenge: query.get('challenge') ?? '',
        phase: query.get('phase') ?? '',
        fileName: fileNameOf(request),
        chunks: bodyOf(request),
        expectedBytes: announcedBytes(request),
        expectedSha256: request.headers.get('x-content-sha256') ?? undefined,
      },
      viewer,
    );
    return json({ image }, 201);
  });
}

function fileNameOf(request: Request): string {
  try {
    return decodeURIComponent(request.headers.get('x-file-name') ?? '');
  } catch {
    throw new DomainError('INVALID', 'X-File-Name is not URI-encoded.');
  }
}
