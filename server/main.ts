// The site’s process: Next behind an HTTP server of our own, whose limits `next start` doesn’t offer.
//
//   node server/main.ts [--host H] [--port N] [--dev]

import { parseArgs } from 'node:util';
import next from 'next';
import type { Reader } from '#lib/api/pages/reader.ts';
import { openDatabase } from '#lib/platform/database.ts';
import { openNotifications } from '#lib/platform/notifications.ts';
import { parseSiteEnvironment } from '#lib/site/environment.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { startNoticeWorker } from '#lib/site/notifications/notice-worker.ts';
import { findSharedReader } from '#lib/site/page-reader.ts';
import { createHttpServer } from './http-server.ts';
import { joinReads } from './join-reads.ts';
import { cachePublicAnswers } from './public-cache/public-cache.ts';
import { limitRenders } from './render-slots.ts';
import { setSecurityHeaders, withNonces } from './security/headers.ts';
import { refuseForeign } from './security/refuse-foreign.ts';

/** Requests that are still running when the process is stopped get this long. */
const STOP_LIMIT_MS = 5000;
/** Requests that are answered at once, enough to use the time of queries, and how long one may keep others from it. */
const RENDERS = { max: 4, slotMs: 3000 };

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '3000' },
    dev: { type: 'boolean', default: false },
  },
});
const { dev, host } = values;
const port = Number(values.port);
const environment = parseSiteEnvironment(process.env);
// As `next start` does: Next sends requests to itself here, never to the address of a proxy.
const ownOrigin = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
process.env['__NEXT_PRIVATE_ORIGIN'] = ownOrigin;

const app = next({ dev, dir: `${import.meta.dirname}/..`, hostname: host, port });
await app.prepare();
const rendered = limitRenders(withNonces(app.getRequestHandler(), { dev }), RENDERS);
const render = dev ? rendered : joinReads(rendered);
const logError = (error: Error) => console.error('Changes are not announced at the moment.', error.message);
// Sources may change at any time in development, so nothing is kept there.
const handle = dev
  ? render
  : cachePublicAnswers({
      notifications: openNotifications(environment.databaseUrl, logError),
      findReader: openReaders(),
      render,
    });
const limits = { ...environment.http, proxyHops: environment.proxyHops, acceptsUpgrades: dev };
const server = createHttpServer(limits, (request, response) => {
  setSecurityHeaders(request, response, environment.origin);
  if (refuseForeign(request, response, environment.origin)) return;
  handle(request, response).catch((error: unknown) => {
    console.error('A request failed outside of Next’s own handling.', error);
    response.statusCode = 500;
    response.end('Internal Server Error');
  });
});
server.on('error', (error) => {
  console.error(`The site can’t listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});
const stopMail = startMailWorker(environment, (error) => console.error('Mail:', error.message));
const stopNotices = startNoticeWorker(environment, (error) => console.error('Notices:', error.message));
server.listen(port, host, () => console.log(`Site: ${ownOrigin}`));

/** Next keeps its modules to itself, so this process has a small pool of connections of its own. */
function openReaders(): (cookies: string) => Promise<Reader | null> {
  const db = openDatabase(environment.databaseUrl, { connections: 2 });
  return (cookies) => findSharedReader({ db, environment, now: () => new Date() }, cookies);
}

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // Event streams and WebSockets don’t end by themselves.
    setTimeout(() => server.closeAllConnections(), STOP_LIMIT_MS);
    setTimeout(() => process.exit(0), STOP_LIMIT_MS + 1000);
    server.close(
      () => void Promise.allSettled([app.close(), stopMail(), stopNotices()]).then(() => process.exit(0)),
    );
  });
}
