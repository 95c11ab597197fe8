import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts the harness in its own process, as in production, and stops it after the last test. */
export default async function setUp(): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, './harness.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const exit = once(child, 'exit');
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (value === undefined)
    throw new Error('The site of the browser tests did not start; its error is above.');
  process.env['HELDOUT_E2E'] = value;
  return async () => {
    child.stdin.end();
    await exit;
  };
}
