import { problem } from '#app/api/problems.ts';
import type { Offer } from '#lib/site/datasets/download.ts';
import type { Site } from '#lib/site/site.ts';

type Log = Pick<Site['log'], 'error'>;

interface Range {
  from: number;
  /** Excluded. */
  to: number;
}

/**
 * Sends a file or the part of it that is asked for (RFC 9110, sections 13 and 14). A download whose file changed in
 * between is refused with 412 (If-Match), or starts again (If-Range), and never gets mixed bytes.
 */
export async function sendOffer(request: Request, offer: Offer, log: Log): Promise<Response> {
  const { file, etag, fileName } = offer;
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-type': 'application/octet-stream',
    'content-disposition': disposition(fileName),
  };
  const ifMatch = request.headers.get('if-match');
  if (ifMatch !== null && !lists(ifMatch, etag)) {
    const detail =
      'The file has changed since this download began. Delete the part that you have and start again.';
    return problem('PRECONDITION_FAILED', detail, { headers: { etag } });
  }
  const ifNoneMatch = request.headers.get('if-none-match');
  if (ifNoneMatch !== null && lists(ifNoneMatch, etag)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag, file.bytes);
  if (range === 'unsatisfiable') {
    const detail = `The file has ${file.bytes} bytes; the part that was asked for lies behind its end.`;
    return problem('RANGE_NOT_SATISFIABLE', detail, {
      headers: { 'content-range': `bytes */${file.bytes}` },
    });
  }
  const { from, to } = range ?? { from: 0, to: file.bytes };
  const isHead = request.method === 'HEAD';
  if (!isHead) await offer.begin(from === 0);
  const partial = range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${file.bytes}` };
  return new Response(
    isHead
      ? null
      : streamOf(file.read(from, to), (err) => log.error({ err, fileName }, 'a download broke off')),
    {
      status: range === null ? 200 : 206,
      headers: { ...headers, ...partial, 'content-length': String(to - from) },
    },
  );
}

function lists(header: string, etag: string): boolean {
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);
}

/** null: the whole file, also for several ranges or an unknown unit, which a server may ignore. */
function rangeOf(request: Request, etag: string, bytes: number): Range | 'unsatisfiable' | null {
  const ifRange = request.headers.get('if-range');
  if (ifRange !== null && ifRange.trim() !== etag) return null;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.get('range')?.trim() ?? '');
  if (!match) return null;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '' && last === '') return null;
  // The last bytes of the file.
  if (first === '') {
    const count = Math.min(Number(last), bytes);
    return count === 0 ? 'unsatisfiable' : { from: bytes - count, to: bytes };
  }
  const from = Number(first);
  const to = last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== '' && Number(last) < from) return null;
  return from >= bytes ? 'unsatisfiable' : { from, to };
}

/** An error after the first byte can only end the connection: the client sees that bytes are missing. */
export function streamOf(
  chunks: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        onError(error);
        controller.error(error);
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** RFC 6266: in ASCII for every client, and in full. */
function disposition(fileName: string): string {
  const ascii = fileName.replaceAll(/[^ -~]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll(/['()*]/g, hex)}`;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
