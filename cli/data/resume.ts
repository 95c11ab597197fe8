import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { CommandError } from '#cli/command.ts';
import { problemSchema } from '#lib/api/problem.ts';

const IDLE_LIMIT_MS = 60_000;
const WAITS_MS: readonly number[] = [1000, 2000, 5000, 10_000, 30_000];

export interface Download {
  url: URL;
  token: string | null;
  /** Complete, or not there. What is not yet complete lies beside it, as FILE.part. */
  file: string;
  signal: AbortSignal;
  onProgress(receivedBytes: number, totalBytes: number): void;
  onNote(text: string): void;
  /** Pauses before further attempts; each byte that arrives makes them count anew. */
  waitsMs?: readonly number[];
}

export interface Downloaded {
  bytes: number;
  etag: string;
  /** Bytes that an earlier run had. */
  resumedFrom: number;
}

/** What FILE.part is a part of, in FILE.part.json. */
const partSchema = z.object({ url: z.string(), etag: z.string(), bytes: z.number() });
type Part = z.infer<typeof partSchema>;

class Broken extends Error {}

/**
 * Downloads a file, goes on where an earlier run was interrupted, and where a connection broke. If the file has changed
 * on the site meanwhile, it starts again. Throws CommandError, or the signal's reason.
 */
export async function downloadFile(download: Download): Promise<Downloaded> {
  const { waitsMs = WAITS_MS } = download;
  const resumedFrom = await sizeOf(`${download.file}.part`);
  let attempt = 0;
  for (let reached = resumedFrom; ; ) {
    try {
      return { ...(await receive(download)), resumedFrom };
    } catch (error) {
      download.signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      const size = await sizeOf(`${download.file}.part`);
      if (size > reached) attempt = 0;
      reached = size;
      const waitMs = waitsMs[attempt++];
      if (waitMs === undefined)
        throw new CommandError(
          `The download broke off: ${error.message}. Run the command again: it goes on where it stopped.`,
        );
      download.onNote(`${error.message}; trying again`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

async function receive(download: Download): Promise<{ bytes: number; etag: string }> {
  const { file, url } = download;
  const part = await readPart(file, url);
  const size = part ? await sizeOf(`${file}.part`) : 0;
  const have = part && size <= part.bytes ? size : 0;
  if (part && have === part.bytes) return finish(file, part);
  const { response, alive } = await ask(download, part && have > 0 ? { part, have } : null);
  const isRest = response.status === 206;
  const bytes = isRest ? part!.bytes : Number(response.headers.get('content-length'));
  const etag = response.headers.get('etag') ?? '';
  if (part && have > 0 && !isRest) download.onNote('The file has changed on the site. Starting again.');
  if (!isRest) await notePart(file, { url: url.href, etag, bytes });
  await write(download, { response, alive, from: isRest ? have : 0, bytes });
  return finish(file, { url: url.href, etag: isRest ? part!.etag : etag, bytes });
}

async function ask(
  { url, token, signal }: Download,
  known: { part: Part; have: number } | null,
): Promise<{ response: Response; alive: () => void }> {
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
  if (known) {
    headers.set('range', `bytes=${known.have}-`);
    headers.set('if-range', known.part.etag);
  }
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(new Error('no byte came for a minute')), IDLE_LIMIT_MS);
  timer.unref();
  const limits = AbortSignal.any([signal, idle.signal]);
  const response = await fetch(url, { headers, signal: limits }).catch((error: Error) => {
    throw new Broken(reasonOf(error));
  });
  if (response.status !== 200 && response.status !== 206) throw await refusal(response);
  return { response, alive: () => timer.refresh() };
}

async function refusal(response: Response): Promise<Error> {
  const text = await response.text();
  if ([502, 503, 504].includes(response.status))
    return new Broken(`a proxy answered with status ${response.status}`);
  const problem = problemSchema.safeParse(parseJson(text));
  return new CommandError(
    problem.success
      ? problem.data.detail
      : `The site answered with status ${response.status}. Check that this is the address of a Heldout site.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function write(
  { file, onProgress }: Download,
  { response, alive, from, bytes }: { response: Response; alive: () => void; from: number; bytes: number },
): Promise<void> {
  const target = createWriteStream(`${file}.part`, { flags: from === 0 ? 'w' : 'a', highWaterMark: 1 << 22 });
  // Read from `errored`, once it is closed.
  target.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => target.once('close', () => resolve()));
  let received = from;
  let broken: Error | null = null;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      alive();
      received += chunk.length;
      if (!target.write(chunk)) await once(target, 'drain');
      onProgress(received, bytes);
    }
  } catch (error) {
    broken = error as Error;
  }
  target.end();
  await closed;
  if (target.errored) throw new CommandError(`${file}.part can't be written: ${target.errored.message}`);
  if (broken) throw new Broken(reasonOf(broken));
  if (received !== bytes) throw new Broken(`${received} of ${bytes} bytes came`);
}

async function finish(file: string, { bytes, etag }: Part): Promise<{ bytes: number; etag: string }> {
  await rename(`${file}.part`, file);
  await rm(`${file}.part.json`, { force: true });
  return { bytes, etag };
}

async function notePart(file: string, part: Part): Promise<void> {
  // First, so that the bytes of another file never stand beside this note.
  await rm(`${file}.part`, { force: true });
  await writeFile(`${file}.part.json`, JSON.stringify(part)).catch((error: Error) => {
    throw new CommandError(`${file}.part.json can't be written: ${error.message}`);
  });
}

async function readPart(file: string, url: URL): Promise<Part | null> {
  const text = await readFile(`${file}.part.json`, 'utf8').catch(() => '');
  const part = partSchema.safeParse(parseJson(text));
  return part.success && part.data.url === url.href ? part.data : null;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

/** fetch keeps the reason in the cause. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
