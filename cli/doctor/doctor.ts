import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '#cli/command.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { canMountTmpfs } from '#runner/sandbox/files/mounts.ts';
import { diagnose, type Finding } from '#runner/sandbox/host/diagnosis.ts';
import { readHost } from '#runner/sandbox/host/host.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'say what this host has for running containers, and what each lack costs',
  help: `Usage: heldout doctor [--json]

Looks at the container engine, the limits and walls that it can put around a container, the programs that
are run beside it, memory and disk.
Needs no site and no database.

  --json    print the facts and findings as JSON

Exit code 0: containers can run here. 1: something that is needed is missing.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const { host, findings } = await examine();
    if (values.json) console.log(JSON.stringify({ host, findings }, null, 2));
    else for (const line of findings.flatMap(lines)) console.log(line);
    return findings.some(({ state }) => state === 'stop') ? 1 : 0;
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
      state: 'stop',
      found: error.message,
      cost: 'No container can run. Install and start Docker: apt-get install docker.io, or docs.docker.com.',
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

const MARKS = { good: 'ok  ', lack: 'lack', stop: 'STOP' } as const;

function lines({ name, state, found, cost }: Finding): string[] {
  return [
    `${MARKS[state]}  ${name.padEnd(20)} ${found}`,
    ...(cost ? [`      ${' '.repeat(20)} ${cost}`] : []),
  ];
}
