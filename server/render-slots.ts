import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Render } from './public-cache/response-cache.ts';

/** Uploads, downloads and event streams may take hours; Next serves files without rendering. */
const NOT_RENDERED = /^\/(api|_next)(\/|$)/;

/**
 * Renders at most `max` pages at once and lets the others wait in their order. A page takes a few megabytes of
 * memory while it is rendered, and fifty at once take longer than one after the other. A page that takes longer
 * than `slotMs` gives its slot away: a client that reads slowly must not keep others waiting.
 */
export function limitRenders(render: Render, { max, slotMs }: { max: number; slotMs: number }): Render {
  const waiting: (() => void)[] = [];
  let running = 0;
  const takeSlot = async () => {
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
  return async (request: IncomingMessage, response: ServerResponse) => {
    if (NOT_RENDERED.test(request.url ?? '')) return render(request, response);
    const release = await takeSlot();
    try {
      // Whoever left while waiting needs no page.
      if (!response.destroyed) await render(request, response);
    } finally {
      release();
    }
  };
}
