// Child processes for set-up: silent while they work, with their whole output if they fail.
import { spawn } from 'node:child_process';
import { delimiter, sep } from 'node:path';

/**
 * PATH without the project's node_modules/.bin, because `npm ci` removes that folder, and with it the Node
 * that would be running npm.
 */
function hostPath() {
  const own = `node_modules${sep}.bin`;
  const path = process.env['PATH'] ?? '';
  return path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(own))
    .join(delimiter);
}

/**
 * Runs a program of the host until it ends. Rejects with its last lines if it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [environment]
 * @returns {Promise<string>} its output
 */
export function run(command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: hostPath(), ...environment },
    });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-200_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-25).join('\n');
      reject(new Error(`\`${command} ${args.join(' ')}\` ended with ${signal ?? code}:\n${tail}`));
    });
  });
}
