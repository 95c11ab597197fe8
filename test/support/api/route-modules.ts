import { globSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../../../app');

/** A route handler as Next calls it. */
export type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Response | Promise<Response>;

/** Every path of app/api/v1 as written in the table: `[slug]` becomes `{slug}`. */
export function routePaths(): string[] {
  return globSync('api/v1/**/route.ts', { cwd: APP })
    .map((file) => `/${file.replace(/\/route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`)
    .sort();
}

export async function loadRoute(path: string): Promise<Partial<Record<string, Handler>>> {
  const folder = path.replaceAll(/\{(\w+)\}/g, '[$1]');
  return await import(/* @vite-ignore */ join(APP, folder, 'route.ts'));
}
