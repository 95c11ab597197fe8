import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onlyArgument, runAction } from '#cli/arguments.ts';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { withSource } from '#cli/dataset/archive/source.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { DATASET_HELP, DATASET_OPTIONS, readOptions } from '#cli/dataset/dataset-options.ts';
import { defaultSubjectKeyFile, subjectKey } from '#cli/dataset/subjects/subject-key.ts';
import { interruptible } from '#cli/interrupt.ts';
import { formatBytes, startProgress, uploadText } from '#cli/progress.ts';
import { scorerKeyFile } from '#cli/scorer/key-file.ts';
import { parsePhase, parseSite, parseToken } from '#cli/site/site-options.ts';
import { uploadFile } from '#cli/site/upload.ts';
import { readTaskRules } from '#cli/task/read-task-rules.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { publicScorerKey } from '#runner/secrets/scorer-key.ts';
import { sealReportText } from './seal-report-text.ts';
import { sealTestSet } from './seal-test-set.ts';
import { parseDivisions } from './site-strata.ts';

const HELP = `
heldout testset: seal a hidden test set on your machine and import it to a site

Usage:
  heldout testset seal FOLDER --recipient age1… -o FILE [options]
  heldout testset import FILE --phase CHALLENGE/PHASE [--site URL] [--token TOKEN]

seal reads FOLDER (or a table, or an archive), checks every case as "heldout dataset check" does, and seals each file
to the runner's public key (age, X25519) before anything leaves this machine. Only the runner can open the result.
Needs no site. NIfTI headers that readers see differently (no or disagreeing qform and sform, µm or m, axes that are
not at right angles) are made canonical, for the scan and its mask alike; what was changed is printed for each case,
and voxels stay as they are.
  --recipient      the runner's public key. The first line of the runner's log and the organizers' console show it.
                   Compare the two: a compromised site could show a different key
  -o, --out        the sealed file
  --force          overwrite it if it exists
  --task FILE      the task of the phase as JSON: which inputs and truths are sealed (default: stroke-t1)
  --phase C/P      take the task from this phase of a site instead (--site)
  --ground-truth FILE
                   for an organizer's scorer: the archive of the truth (.tar, .tar.gz)
  --scorer-key FILE
                   the key that your scorers are signed with; created if it doesn't exist. Keep it: only a scorer
                   that is signed with it may read the truth of this set
  --subject-key FILE
                   the key for hashes of the scans, with which "dataset publish" finds them in data that you release;
                   created if it doesn't exist. Keep it. Default: ${defaultSubjectKeyFile()}
  --no-subject-hashes
                   seal without them
  --site-strata LIST
                   parts of the cases that the leaderboard can show, most important first: columns stratum:NAME of a
                   table, site, chronicity, lesion-volume (or lesion-volume=1/10/50, =halves), lesion-count. The site
                   then knows the stratum of each numbered case; without it, it knows none
  --skip-bad       seal the cases that can be used and leave out the others; without it, nothing is sealed then
${DATASET_HELP}

import uploads a sealed file to a site as an organizer and makes it the test set of a phase.
  --phase      the challenge and the phase, for example stroke-t1-2026/test
  --site       the site's address (or HELDOUT_SITE; default http://127.0.0.1:3000)
  --token      an API token of an organizer (or HELDOUT_TOKEN, which keeps it out of the process list)
`;

const ACTIONS = new Map([
  ['seal', (args: string[]) => interruptible((signal) => seal(args, signal))],
  ['import', importFile],
]);

export const testsetCommand: Command = {
  name: 'testset',
  summary: 'seal a hidden test set on your machine and import it to a site',
  help: HELP,
  run: async (args) => runAction(ACTIONS, args),
};

async function seal(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...DATASET_OPTIONS,
      recipient: { type: 'string' },
      out: { type: 'string', short: 'o' },
      force: { type: 'boolean', default: false },
      'skip-bad': { type: 'boolean', default: false },
      task: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      'ground-truth': { type: 'string' },
      'scorer-key': { type: 'string' },
      'subject-key': { type: 'string' },
      'no-subject-hashes': { type: 'boolean', default: false },
      'site-strata': { type: 'string' },
    },
  });
  const source = onlyArgument(positionals, 'folder, table or archive');
  const { recipient, out, force } = values;
  if (recipient === undefined) throw new UsageError('--recipient is missing: the public key of the runner.');
  if (!/^age1[0-9a-z]{58}$/.test(recipient)) {
    throw new UsageError(`"${recipient}" isn’t an age X25519 recipient (age1 and 58 characters).`);
  }
  if (out === undefined) throw new UsageError('-o FILE is missing: where to write the sealed set.');
  if (existsSync(out) && !force)
    throw new CommandError(`${out} already exists. Use --force to overwrite it.`);
  const { task, connectivity } = (await readTaskRules(values)) ?? { task: STROKE_T1, connectivity: 6 };
  const scorerKey = await keyOfScorer(task, values['scorer-key']);
  const progress = startProgress();
  return await withSource(source, { keyFile: values['key-file'], progress, signal }, async (root) => {
    const report = await sealTestSet({
      dataset: await readDataset(root, readOptions(values)),
      task,
      connectivity,
      groundTruth: values['ground-truth'] ?? null,
      scorerKey,
      subjectKey: await keyOfSubjects(values),
      divisions: parseDivisions(values['site-strata']),
      recipient,
      out: path.resolve(out),
      now: new Date(),
      allowsShear: values['allow-shear'],
      skipsBad: values['skip-bad'],
      signal,
      onProgress: progress.update,
    });
    progress.done(`${report.caseCount} cases sealed to ${recipient}`);
    process.stdout.write(sealReportText(out, report, task));
    if (!values['no-subject-hashes']) {
      const file = values['subject-key'] ?? defaultSubjectKeyFile();
      process.stdout.write(`  subject key: ${file}. Keep it for "dataset publish"\n`);
    }
    return 0;
  });
}

/** null if the set is sealed without hashes of its scans. */
async function keyOfSubjects(values: {
  'subject-key'?: string | undefined;
  'no-subject-hashes': boolean;
}): Promise<Uint8Array | null> {
  if (values['no-subject-hashes']) return null;
  return await subjectKey(values['subject-key'] ?? defaultSubjectKeyFile(), { creates: true });
}

/** The public half of the key for scorers, which a task that is scored by one needs. */
async function keyOfScorer({ scoring }: Task, file: string | undefined): Promise<string | null> {
  if (scoring.kind === 'container') {
    if (file !== undefined) return publicScorerKey(await scorerKeyFile(file, { creates: true }));
    throw new UsageError(
      'the task is scored by your own scorer: --scorer-key FILE is missing, the key that you sign it with. It is created if it doesn’t exist.',
    );
  }
  if (file === undefined) return null;
  throw new UsageError(`--scorer-key is for a task that is scored by a container, not by ${scoring.kind}.`);
}

async function importFile(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { phase: { type: 'string' }, site: { type: 'string' }, token: { type: 'string' } },
  });
  const file = onlyArgument(positionals, 'sealed file');
  const { challenge, phase } = parsePhase(values.phase);
  const token = parseToken(values.token, 'an organizer’s');
  const url = new URL(routeAddress(ROUTES.importTestSet, { slug: challenge, phase }), parseSite(values.site));
  const progress = startProgress();
  const { testSet } = await uploadFile({
    route: ROUTES.importTestSet,
    url,
    token,
    file,
    onProgress: (sent, total) => progress.update(uploadText(sent, total)),
  });
  progress.done(`${testSet.caseCount} sealed cases are now the test set of ${challenge}/${phase}`);
  process.stdout.write(`${testSet.id}\n  ${formatBytes(testSet.bytes)}, SHA-256 ${testSet.sha256}\n`);
  return 0;
}
