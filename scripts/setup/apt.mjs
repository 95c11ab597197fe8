// Packages of Debian and Ubuntu, if we are root.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { run } from './run.mjs';

const LISTS = '/var/lib/apt/lists';

/** The distribution's ID, such as 'debian' or 'ubuntu'; '' if unknown. */
export function distribution() {
  if (!existsSync('/etc/os-release')) return '';
  const match = /^ID=["']?([\w.-]+)/m.exec(readFileSync('/etc/os-release', 'utf8'));
  return match?.[1] ?? '';
}

export function canInstallDebianPackages() {
  return process.getuid?.() === 0 && ['debian', 'ubuntu'].includes(distribution());
}

/**
 * The command of `installDebianPackages`, for display.
 * @param {string[]} names
 */
export function aptCommand(names) {
  return `apt-get install ${names.join(' ')}`;
}

/**
 * Installs Debian packages. Updates the package lists first if there are none, or if the installation fails
 * with old ones.
 * @param {string[]} names
 */
export async function installDebianPackages(names) {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-q'];
  const update = () => run('apt-get', [...wait, 'update'], environment);
  const install = () =>
    run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...names], environment);
  const hasLists = existsSync(LISTS) && readdirSync(LISTS).some((file) => file.includes('_Packages'));
  if (!hasLists) await update();
  try {
    await install();
  } catch (error) {
    if (!hasLists) throw error;
    await update();
    await install();
  }
}
