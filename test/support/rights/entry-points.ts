import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ApiRoute, ROUTES } from '#lib/api/routes.ts';
import { ROOT } from '#scripts/root.ts';

/** Every way into the site, as Next built it. */

const BUILD = join(ROOT, '.next');
const pathsSchema = z.record(z.string(), z.string());
const actionsSchema = z.object({
  node: z.record(
    z.string(),
    z.object({
      filename: z.string(),
      exportedName: z.string(),
      workers: z.record(z.string(), z.unknown()),
    }),
  ),
});

export interface ServerAction {
  /** `app/actions.ts#signOut` */
  name: string;
  id: string;
}

function readManifest<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(join(BUILD, path), 'utf8')));
}

/** Pages, and routes outside of the API's table, by their address. Next’s own pages for errors are none. */
export function pageAddresses(): string[] {
  const addresses = Object.values(readManifest('app-path-routes-manifest.json', pathsSchema));
  return addresses.filter((address) => !address.startsWith('/_') && !address.startsWith('/api/v1/')).sort();
}

/** `POST /api/v1/teams`; another test holds the table to the files. */
export function apiRoutes(): string[] {
  return Object.values(ROUTES).map(({ method, path }: ApiRoute) => `${method} ${path}`);
}

export function serverActions(): ServerAction[] {
  const { node } = readManifest('server/server-reference-manifest.json', actionsSchema);
  return Object.entries(node).map(([id, { filename, exportedName }]) => ({
    id,
    name: `${filename}#${exportedName}`,
  }));
}

export function allEntryPoints(): string[] {
  return [...pageAddresses(), ...apiRoutes(), ...serverActions().map(({ name }) => name)];
}

/** The entry points that no row names. */
export function withoutRow(entryPoints: readonly string[], rows: readonly { entry: string }[]): string[] {
  const named = new Set(rows.map(({ entry }) => entry));
  return entryPoints.filter((entry) => !named.has(entry));
}
