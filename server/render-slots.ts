import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Render } from './answer.ts';

/** Next serves its files without rendering. */
const NEXT_FILE = /^\/_next(\/|$)/;
const API = /^\/api(\/|$)/;
/** Reads of the API, except event streams, which stay open. */
const API_READ = /^\/api\/v1\/(?!.*\/events(\?|$))/;

/**
 * Answers at most `max` requests for pages at once, and as many reads of the API, and lets the others wait in their
 * order. All of them share one thread, so that fifty at once would all end as late as the last one; and a page takes a
 * few megabytes of memory while it is rendered. A request that takes longer than `slotMs` gives its slot away: a client
 * that reads slowly must not keep others waiting. Uploads and event streams never wait.
 */
export function limitRenders(render: Render, { max, slotMs }: { max: number; slotMs: number }): Render {
  const pages = createSlots(max, slotMs);
  const reads = createSlots(max, slotMs);
  return async (request: IncomingMessage, response: ServerResponse) => {
    const takeSlot = slotsFor(request);
    if (!takeSlot) return render(request, response);
    const release = await takeSlot();
    try {
      // Whoever left while waiting needs no answer.
      if (!response.destroyed) await render(request, response);
    } finally {
      release();
    }
  };

  function slotsFor({ method, url = '' }: IncomingMessage) {
    if (NEXT_FILE.test(url)) return null;
    if (!API.test(url)) return pages;
    return method === 'GET' && API_READ.test(url) ? reads : null;
  }
}

/** Returns a function that waits for a slot and resolves to what releases it. */
function createSlots(max: number, slotMs: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async () => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(timer);
      running -= 1;
      waiting.shift()?.();
    };
    const timer = setTimeout(release, slotMs);
    return release;
  };
}
