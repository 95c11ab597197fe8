// `npm run check`: all checks that need no database, engine or browser. All of them run, so that one call shows
// every problem.

import { spawn } from 'node:child_process';
import { ROOT } from '#scripts/root.ts';

const CHECKS: readonly { name: string; args: string[] }[] = [
  // Next generates the types of its routes and assets, which a fresh clone doesn’t have.
  { name: 'route types', args: ['node_modules/next/dist/bin/next', 'typegen'] },
  { name: 'biome', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
  {
    name: 'imports',
    args: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/unit/architecture.test.ts'],
  },
  { name: 'unused code', args: ['node_modules/knip/bin/knip.js'] },
  { name: 'words', args: ['scripts/check/words.ts'] },
];

function runCheck(args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

let failed = 0;
for (const { name, args } of CHECKS) {
  const startedAt = performance.now();
  const { code, output } = await runCheck(args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`  ${code === 0 ? '✓' : '✗'} ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  if (code !== 0) {
    failed += 1;
    console.log(output.trimEnd());
  }
}
process.exitCode = failed === 0 ? 0 : 1;
