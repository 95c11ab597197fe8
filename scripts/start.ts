// Starts the processes, each with only the environment it needs:
//
//   node scripts/start.ts site      the production site (built if its sources changed)
//   node scripts/start.ts runner    a runner
//   node scripts/start.ts all       both
//   node scripts/start.ts dev       both, the site from its sources
//
// --port N and --host H say where the site listens (127.0.0.1:3000). The database is the one in
// DATABASE_URL, or an embedded one; it is migrated first. SIGINT and SIGTERM end the processes in order.

import { parseArgs } from 'node:util';
import { migrate } from '#prisma/migrate.ts';
import { ensureBuilt } from './build.ts';
import type { Child } from './child.ts';
import { heldoutHome } from './environment.ts';
import { startRunner, startSite } from './launch.ts';
import { ensureDatabase } from './postgres/postgres.ts';
import { buildBrowserWorkers } from './sealing-worker.ts';

const WHAT = ['site', 'runner', 'all', 'dev'] as const;
type What = (typeof WHAT)[number];

async function startProcesses(what: What, options: { port: number; host: string }): Promise<number> {
  const home = heldoutHome();
  const database = await ensureDatabase({ home });
  console.log(`Database: ${database.description}`);
  const children: Child[] = [];
  let stopping = false;
  const stopAll = async () => {
    stopping = true;
    await Promise.all(children.map((child) => child.stop()));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second signal kills the processes. Nothing is lost: the next start resumes.
      if (stopping) for (const child of children) child.signal('SIGKILL');
      else void stopAll();
    });
  }
  try {
    const applied = await migrate(database.ownerUrl);
    if (applied.length > 0) console.log(`Migrated: ${applied.join(', ')}`);
    if (what !== 'runner') {
      const onBuild = () => console.log('Building the site, which takes a minute or two');
      if (what === 'dev') await buildBrowserWorkers();
      else if (await ensureBuilt(onBuild)) console.log('Site built');
      const mode = what === 'dev' ? 'dev' : 'start';
      if (!stopping) children.push(startSite({ home, database, ...options, mode }));
    }
    if (what !== 'site' && !stopping) children.push(startRunner({ home, database }));
    const code = await Promise.race(children.map((child) => child.ended));
    const asked = stopping;
    await stopAll();
    return asked ? 0 : code || 1;
  } finally {
    await database.stop();
  }
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const what = WHAT.find((name) => name === positionals[0]);
  const port = Number(values.port ?? process.env['PORT'] ?? 3000);
  if (!what || !Number.isInteger(port)) {
    console.error(`Usage: node scripts/start.ts ${WHAT.join('|')} [--port N] [--host H]`);
    process.exit(2);
  }
  process.exitCode = await startProcesses(what, { port, host: values.host });
}
