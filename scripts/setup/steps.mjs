// Runs the steps of a set-up. It installs what the repository needs, but asks for consent before it changes
// the machine itself.

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<string | null>} isThere what was found; null if it is missing
 * @property {string} missing what to do by hand
 * @property {() => boolean} [canInstall] default: always
 * @property {() => string | null} [systemCommand] what install() runs as root on the machine itself; by default or
 *   if null, it only writes to the repository and the user's own folders
 * @property {() => Promise<string>} install returns what was done
 * @property {boolean} [isOptional] reported if missing, but not an error
 */

/**
 * @typedef {object} Surroundings
 * @property {boolean} mayInstall if false, only reports what is missing
 * @property {'install' | 'ask' | 'refuse'} consent
 * @property {(question: string) => Promise<boolean>} ask
 * @property {(line: string) => void} print
 * @property {boolean} quiet doesn't report what is already installed
 */

/**
 * @param {Step[]} steps
 * @param {Surroundings} surroundings
 * @returns {Promise<boolean>} whether everything that is required is installed
 */
export async function ensureSteps(steps, surroundings) {
  const { mayInstall, print, quiet } = surroundings;
  /** @type {Step[]} */
  const missing = [];
  /** @type {Step[]} */
  const needConsent = [];
  for (const step of steps) {
    const startedAt = performance.now();
    const found = await step.isThere();
    if (found) {
      if (!quiet) report(print, step, found, startedAt);
    } else if (!mayInstall || step.canInstall?.() === false) {
      missing.push(step);
      report(print, step, `missing: ${step.missing}`, startedAt);
    } else if (step.systemCommand?.()) needConsent.push(step);
    else await install(step, print);
  }
  if (needConsent.length > 0) {
    if (await hasConsent(needConsent, surroundings))
      for (const step of needConsent) await install(step, print);
    else missing.push(...needConsent);
  }
  return missing.every((step) => step.isOptional === true);
}

/**
 * @param {Step[]} steps
 * @param {Surroundings} surroundings
 */
async function hasConsent(steps, { consent, ask, print }) {
  if (consent === 'install') return true;
  print('\nStill missing, and set-up would change this machine for it, as root:');
  for (const step of steps) {
    print(`  ${step.name.padEnd(16)} ${step.systemCommand?.()}${step.isOptional ? '   (optional)' : ''}`);
  }
  if (consent === 'ask' && (await ask('Run these commands now?'))) return true;
  print('Nothing was changed. Run the commands yourself, or start again with `-- --yes`.');
  return false;
}

/**
 * @param {Step} step
 * @param {(line: string) => void} print
 */
async function install(step, print) {
  const startedAt = performance.now();
  report(print, step, await step.install(), startedAt);
}

/**
 * @param {(line: string) => void} print
 * @param {Step} step
 * @param {string} text
 * @param {number} startedAt
 */
function report(print, { name }, text, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  print(`  ${name.padEnd(16)} ${text.padEnd(44)} ${seconds} s`);
}
