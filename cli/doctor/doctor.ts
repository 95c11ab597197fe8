import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '#cli/command.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Finding } from '#lib/domain/findings.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { canMountTmpfs } from '#runner/sandbox/files/mounts.ts';
import { diagnose } from '#runner/sandbox/host/diagnosis.ts';
import { readHost } from '#runner/sandbox/host/host.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'check whether this host can run untrusted containers',
  help: `Usage: heldout doctor [--json]

Checks the container engine, the limits and isolation layers that it supports, the programs that runners need,
memory and disk. Needs no site and no database.

  --json    print facts and findings as JSON

Exit code: 0 if containers can run here, 1 if a requirement is missing.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const { host, findings } = await examine();
    if (values.json) console.log(JSON.stringify({ host, findings }, null, 2));
    else for (const line of findings.flatMap(lines)) console.log(line);
    return findings.some(({ state }) => state === 'error') ? 1 : 0;
  },
};

async function examine() {
  try {
    const host = await readHost(openEngine(), tmpdir());
    return { host, findings: diagnose(host, await probeMount()) };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const finding: Finding = {
      name: 'engine',
      state: 'error',
      found: error.message,
      impact:
        'No container can run. Install and start Docker: apt-get install docker.io, or see docs.docker.com.',
    };
    return { host: null, findings: [finding] };
  }
}

async function probeMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'heldout-doctor-'));
  try {
    return await canMountTmpfs(folder);
  } finally {
    await rmdir(folder);
  }
}

const LABELS = { ok: 'ok   ', warning: 'warn ', error: 'ERROR' } as const;

function lines({ name, state, found, impact }: Finding): string[] {
  return [
    `${LABELS[state]}  ${name.padEnd(20)} ${found}`,
    ...(impact ? [`       ${' '.repeat(20)} ${impact}`] : []),
  ];
}
