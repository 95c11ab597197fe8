import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PLACEHOLDER_HEADER, RENDER_HEADER } from '#lib/api/pages/reader.ts';
import { clientAddress, networkOf, REMOTE_ADDRESS_HEADER } from '#lib/site/accounts/client-address.ts';
import { OpenCounts } from './open-counts.ts';
import { refuseMethod } from './refuse-method.ts';
import { refuseRaw } from './refuse-raw.ts';

export interface HttpLimits {
  /** A connection on which no byte moves for this long is closed. */
  idleMs: number;
  /** Open connections per address, or behind proxies open requests per forwarded address. */
  maxConnectionsPerAddress: number;
  /** HELDOUT_PROXY_HOPS */
  proxyHops: number;
  /** For the WebSocket of the development mode. The site itself has none. */
  acceptsUpgrades?: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

const MAX_HEADERS_MS = 20_000;
const CHECK_MS = 5000;

/**
 * An HTTP server for uploads that take hours and for event streams. It limits how long a connection may be silent,
 * and never how long a request may take: Node’s default would end every upload after five minutes.
 */
export function createHttpServer(limits: HttpLimits, handle: Handler): Server {
  const headersTimeout = Math.min(MAX_HEADERS_MS, limits.idleMs);
  const server = createServer({
    requestTimeout: 0,
    // Otherwise a connection that asks for a protocol that nobody speaks would stay open.
    shouldUpgradeCallback: () => limits.acceptsUpgrades ?? false,
    headersTimeout,
    connectionsCheckingInterval: Math.min(CHECK_MS, headersTimeout),
    // Finds readers of event streams that have gone without closing their connection.
    keepAlive: true,
    keepAliveInitialDelay: limits.idleMs,
  });
  server.timeout = limits.idleMs;
  const exchanges = new WeakMap<Socket, Exchange>();
  server.on('timeout', (socket) => endIdle(socket, exchanges.get(socket), limits));
  const admit = limitPerAddress(server, limits);
  server.on('request', (request, response) => {
    exchanges.set(request.socket, { request, response });
    // Always the site’s own, so that nothing that a client sends is believed.
    request.headers[REMOTE_ADDRESS_HEADER] = request.socket.remoteAddress ?? 'unknown';
    delete request.headers[PLACEHOLDER_HEADER];
    delete request.headers[RENDER_HEADER];
    if (admit(request, response) && !refuseMethod(request, response)) handle(request, response);
  });
  return server;
}

/** No byte has moved for `idleMs`: closes the connection unless the site itself is what takes so long. */
function endIdle(socket: Socket, exchange: Exchange | undefined, { idleMs }: HttpLimits): void {
  if (exchange && isAtWork(exchange, socket)) {
    socket.setTimeout(idleMs);
    return;
  }
  if (exchange && !exchange.request.complete && !exchange.response.headersSent) {
    const seconds = idleMs / 1000;
    const detail = `No data arrived for ${seconds} s, so the site ended the upload. Nothing was stored. Check the connection and upload the file again.`;
    refuseRaw(socket, 'UPLOAD_INCOMPLETE', detail);
    return;
  }
  socket.destroy();
}

/** The request has arrived, and the client has read everything that there is of the response so far. */
function isAtWork({ request, response }: Exchange, socket: Socket): boolean {
  return request.complete && !response.writableFinished && socket.writableLength === 0;
}

/** Returns a function that says whether a request may proceed, and otherwise answers it. */
function limitPerAddress(
  server: Server,
  { maxConnectionsPerAddress: max, proxyHops }: HttpLimits,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const open = new OpenCounts(max);
  const detail = `More than ${max} connections from your address are open. Close some of them, or try again in a minute.`;
  if (proxyHops === 0) {
    const refused = new WeakSet<Socket>();
    server.on('connection', (socket) => {
      const release = open.take(networkOf(socket.remoteAddress ?? 'unknown'));
      if (release) return socket.once('close', release);
      refused.add(socket);
      refuseRaw(socket, 'TOO_MANY_ATTEMPTS', detail);
    });
    // A request may arrive before the connection is closed.
    return ({ socket }) => !refused.has(socket);
  }
  // All connections are a proxy’s, so requests count for the address that it forwards.
  return (request, response) => {
    const { 'x-forwarded-for': forwarded, [REMOTE_ADDRESS_HEADER]: remote } = request.headers;
    const headers = new Headers({ [REMOTE_ADDRESS_HEADER]: String(remote) });
    if (forwarded) headers.set('x-forwarded-for', String(forwarded));
    const release = open.take(clientAddress({ proxyHops }, headers));
    if (release) response.once('close', release);
    else refuseRaw(request.socket, 'TOO_MANY_ATTEMPTS', detail);
    return release !== null;
  };
}
