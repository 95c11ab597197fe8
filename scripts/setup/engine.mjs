// The Docker engine: detected by a ping, installed and started if permitted.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aptCommand, canInstallDebianPackages, installDebianPackages } from './apt.mjs';
import { run } from './run.mjs';

const START_LIMIT_MS = 60_000;
const PACKAGES = ['docker.io'];
const CONTROL_GROUPS = ['cgroupfs-mount'];
const PID_FILES = ['/var/run/docker.pid', '/var/run/docker/containerd/containerd.pid'];

/** The engine's address, from DOCKER_HOST as in every Docker client. */
function engineAddress() {
  const host = process.env['DOCKER_HOST'];
  if (!host) return { socketPath: '/var/run/docker.sock' };
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  const url = new URL(host);
  return { host: url.hostname, port: url.port || '2375' };
}

/**
 * The engine's API version, or null if it doesn't respond.
 * @returns {Promise<string | null>}
 */
export function pingEngine() {
  return new Promise((resolve) => {
    const outgoing = request({ ...engineAddress(), path: '/_ping', timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? String(response.headers['api-version'] ?? '?') : null);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(null));
    outgoing.end();
  });
}

/** @param {string} name */
function programPath(name) {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Removes PID files whose process isn't an engine. A killed engine leaves its PID file behind, and a new one
 * refuses to start while any process has that ID. Returns whether an engine is running (and possibly still
 * starting).
 */
function clearStalePidFiles() {
  let engineRuns = false;
  for (const file of PID_FILES) {
    if (!existsSync(file)) continue;
    const pid = readFileSync(file, 'utf8').trim();
    let command = '';
    try {
      command = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    } catch {
      // The process doesn't exist.
    }
    if (/^(dockerd|containerd)$/.test(command)) engineRuns ||= command === 'dockerd';
    else rmSync(file, { force: true });
  }
  return engineRuns;
}

/** Without systemd, the control groups that limit containers may not be mounted. */
function lacksControlGroups() {
  return !existsSync('/sys/fs/cgroup/cgroup.controllers') && !existsSync('/sys/fs/cgroup/memory');
}

async function mountControlGroups() {
  await installDebianPackages(CONTROL_GROUPS);
  await run('cgroupfs-mount', []);
}

/** @param {string} program */
function startEngine(program) {
  const home = process.env['HELDOUT_HOME'] ?? '.heldout';
  mkdirSync(home, { recursive: true });
  const log = openSync(join(home, 'dockerd.log'), 'a');
  const child = spawn(program, [], { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  child.on('error', () => undefined);
  writeFileSync(join(home, 'dockerd.pid'), `${child.pid ?? ''}\n`);
  child.unref();
  return join(home, 'dockerd.log');
}

/** @param {string} log path of its output */
async function waitForEngine(log) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const version = await pingEngine();
    if (version) return version;
    await delay(200);
  }
  const tail = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '';
  throw new Error(
    `the Docker engine did not answer within ${START_LIMIT_MS / 1000} s; ${log} ends with:\n${tail}`,
  );
}

/** @type {import('./steps.mjs').Step} */
export const engine = {
  name: 'Docker engine',
  async isThere() {
    const version = await pingEngine();
    return version && `answers, API ${version}`;
  },
  get missing() {
    if (process.env['DOCKER_HOST'])
      return `nothing answers at DOCKER_HOST=${process.env['DOCKER_HOST']}: start that engine`;
    if (existsSync('/usr/bin/dockerd') || existsSync('/usr/sbin/dockerd'))
      return 'start it with `dockerd` as root';
    return 'install Docker Engine (docs.docker.com/engine/install; Docker Desktop on macOS) and start it';
  },
  canInstall: () => !process.env['DOCKER_HOST'] && canInstallDebianPackages(),
  systemCommand() {
    const commands = programPath('dockerd') ? [] : [aptCommand(PACKAGES)];
    if (lacksControlGroups()) commands.push(aptCommand(CONTROL_GROUPS), 'cgroupfs-mount');
    return [...commands, 'dockerd'].join(' && ');
  },
  async install() {
    let how = 'started';
    if (!programPath('dockerd')) {
      await installDebianPackages(PACKAGES);
      how = 'installed from docker.io and started';
    }
    // The package's start script may have started it already.
    const running = clearStalePidFiles() || (await pingEngine()) !== null;
    if (!running && lacksControlGroups()) await mountControlGroups();
    const program = programPath('dockerd') ?? 'dockerd';
    const log = running ? '/var/log/docker.log' : startEngine(program);
    return `${how}, API ${await waitForEngine(log)}`;
  },
};
