import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';

const serverSchema = z.object({
  ownerUrl: z.url(),
  siteUrl: z.url(),
  runnerUrl: z.url(),
  template: z.string(),
});

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: z.infer<typeof serverSchema>;
  }
}

export type DatabaseServer = z.infer<typeof serverSchema>;

/** Starts one embedded server for a whole test run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startDatabaseServer();
  project.provide('databaseServer', server);
  return stop;
}

/** Starts the embedded server with a migrated template. Concurrent test runs of this clone share it. */
export async function startDatabaseServer(): Promise<{ server: DatabaseServer; stop: () => Promise<void> }> {
  const script = fileURLToPath(new URL('./postgres-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === undefined) throw new Error('The database of the tests did not start.');
  return {
    server: serverSchema.parse(JSON.parse(value)),
    async stop() {
      child.stdin.end();
      await exit;
    },
  };
}
