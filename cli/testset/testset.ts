import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { formatBytes, startProgress } from '#cli/progress.ts';
import { parsePhase, parseSite } from '#cli/site/site-options.ts';
import { uploadFile } from '#cli/site/upload.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { METRICS } from '#lib/domain/metrics/metrics.ts';
import { type SealReport, sealTestSet } from './seal-test-set.ts';

const HELP = `
heldout testset: seal a hidden test set on your machine and import it to a site

Usage:
  heldout testset seal FOLDER --recipient age1… -o FILE [--force] [--allow-shear]
  heldout testset import FILE --phase CHALLENGE/PHASE [--site URL] [--token TOKEN]

seal reads FOLDER (BIDS: sub-<id>/ses-<n>/anat/…_T1w.nii.gz with …_label-L_desc-T1lesion_mask.nii.gz,
and participants.tsv for site, chronicity and days after stroke), checks every pair (readable, same grid, no
duplicate scans), and seals each file to the runner's public key (age, X25519) before anything leaves this
machine. Only the runner can open the result. Needs no site. NIfTI headers that readers see differently (no or
disagreeing qform and sform, µm or m, axes that are not at right angles) are made canonical, for the scan and its mask
alike; what was changed is printed for each case, and voxels stay as they are.
  --recipient  the runner's public key. The first line of the runner's log and the organizers' console show it.
               Compare the two: a compromised site could show a different key
  -o, --out    the sealed file
  --force      overwrite it if it exists
  --allow-shear  accept scans whose axes are not at right angles, which readers see differently

import uploads a sealed file to a site as an organizer and makes it the test set of a phase.
  --phase      the challenge and the phase, for example stroke-t1-2026/test
  --site       the site's address (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --token      an API token of an organizer (or HELDOUT_TOKEN, which keeps it out of the process list)
`;

export const testsetCommand: Command = {
  name: 'testset',
  summary: 'seal a hidden test set on your machine and import it to a site',
  help: HELP,
  async run([action, ...args]) {
    if (action === 'seal') return seal(args);
    if (action === 'import') return importFile(args);
    throw new UsageError(
      action === undefined ? 'an action is missing: seal or import.' : `unknown action "${action}".`,
    );
  },
};

async function seal(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      recipient: { type: 'string' },
      out: { type: 'string', short: 'o' },
      force: { type: 'boolean', default: false },
      'allow-shear': { type: 'boolean', default: false },
    },
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw new UsageError('pass one folder.');
  const { recipient, out, force } = values;
  if (recipient === undefined) throw new UsageError('--recipient is missing: the public key of the runner.');
  if (!/^age1[0-9a-z]{58}$/.test(recipient)) {
    throw new UsageError(`"${recipient}" isn’t an age X25519 recipient (age1 and 58 characters).`);
  }
  if (out === undefined) throw new UsageError('-o FILE is missing: where to write the sealed set.');
  if (existsSync(out) && !force)
    throw new CommandError(`${out} already exists. Use --force to overwrite it.`);
  const cases = await readDataset(folder);
  const progress = startProgress();
  const report = await sealTestSet({
    cases,
    recipient,
    out: path.resolve(out),
    now: new Date(),
    allowsShear: values['allow-shear'],
    onProgress: progress.update,
  });
  progress.done(`${report.caseCount} cases sealed to ${recipient}`);
  process.stdout.write(`${out}\n  ${formatBytes(report.bytes)}, SHA-256 ${report.sha256}\n`);
  if (report.emptyMasks.length > 0) {
    process.stdout.write(`  ${report.emptyMasks.length} without a lesion: ${report.emptyMasks.join(', ')}\n`);
  }
  printChanges(report);
  process.stdout.write('  worst values, for failed cases:');
  for (const [name, value] of Object.entries(report.worst)) {
    const unit = METRICS[name as keyof typeof METRICS]?.unit;
    process.stdout.write(
      ` ${name} ${Number(value.toPrecision(6))}${unit && unit !== '1' ? ` ${unit}` : ''};`,
    );
  }
  process.stdout.write('\n');
  return 0;
}

function printChanges({ changes, caseCount }: SealReport): void {
  if (changes.length === 0) return;
  process.stdout.write(
    `  headers made canonical in ${changes.length} of ${caseCount} cases (voxels unchanged):\n`,
  );
  for (const one of changes) process.stdout.write(`    ${one.case}: ${one.changes.join('; ')}\n`);
}

async function importFile(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { phase: { type: 'string' }, site: { type: 'string' }, token: { type: 'string' } },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError('pass one sealed file.');
  const { challenge, phase } = parsePhase(values.phase);
  const token = values.token ?? process.env['HELDOUT_TOKEN'];
  if (!token) throw new UsageError('an organizer’s API token is missing: --token or HELDOUT_TOKEN.');
  const url = new URL(routeAddress(ROUTES.importTestSet, { slug: challenge, phase }), parseSite(values.site));
  const progress = startProgress();
  const { testSet } = await uploadFile({
    route: ROUTES.importTestSet,
    url,
    token,
    file,
    onProgress: (sent, total) =>
      progress.update(
        `${formatBytes(sent)} of ${formatBytes(total)} uploaded, ${Math.floor((100 * sent) / total)}%`,
      ),
  });
  progress.done(`${testSet.caseCount} sealed cases are now the test set of ${challenge}/${phase}`);
  process.stdout.write(`${testSet.id}\n  ${formatBytes(testSet.bytes)}, SHA-256 ${testSet.sha256}\n`);
  return 0;
}
