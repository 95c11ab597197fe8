import { globSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../../../app');

/** Handlers of a route as Next calls them. */
export type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Response | Promise<Response>;

/** Every address of app/api/v1 as the table writes it: `[slug]` is `{slug}`. */
export function routePaths(): string[] {
  return globSync('api/v1/**/route.ts', { cwd: APP })
    .map((file) => `/${file.replace(/\/route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`)
    .sort();
}

export async function loadRoute(path: string): Promise<Partial<Record<string, Handler>>> {
  const folder = path.replaceAll(/\{(\w+)\}/g, '[$1]');
  return await import(/* @vite-ignore */ join(APP, folder, 'route.ts'));
}
