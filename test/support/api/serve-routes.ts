import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { loadRoute, routePaths } from './route-modules.ts';

/** Serves the route handlers over HTTP, so that commands can speak to a site that wasn't built. Returns its address. */
export async function serveApi(): Promise<{ address: string; close(): void }> {
  const paths = routePaths();
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
    const body = await buffer(incoming);
    const method = incoming.method ?? 'GET';
    const request = new Request(url, {
      ...{ method, headers: headers as [string, string][] },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const [path, params] = findRoute(paths, url.pathname);
    const handler = (await loadRoute(path))[method]!;
    const response = await handler(request, { params: Promise.resolve(params) });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address, close };
}

function findRoute(paths: readonly string[], pathname: string): [string, Record<string, string>] {
  for (const path of paths) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
    const found = pattern.exec(pathname);
    if (found) return [path, Object.fromEntries(names.map((name, index) => [name, found[index + 1]!]))];
  }
  throw new Error(`No route serves ${pathname}.`);
}
