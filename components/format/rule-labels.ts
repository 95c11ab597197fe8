import type { PhaseRules, PhaseSummary } from '#lib/api/views.ts';
import { mebibytes } from './quantity.ts';

/** The rules of a phase in words that several pages say in the same way. */

const MAX_CASE_DECIMALS = 3;

const CONTRACTS: Readonly<Record<PhaseRules['contract'], string>> = {
  EXEC: 'a container a scan',
  INVOKE: 'one container, a request a scan',
  BATCH: 'one container, all scans at once',
};

/** What a container has to do, for who writes one. */
const CONTRACT_SENTENCES: Readonly<Record<PhaseRules['contract'], string>> = {
  EXEC: 'A container is started for each scan, reads /input, writes its mask to /output and ends.',
  INVOKE:
    'One container serves all scans: an HTTP server on port 4743 that answers GET /health once it is ready, then POST /invoke a scan at a time, 201 when the mask is written. What it keeps between scans is its own affair.',
  BATCH:
    'One container gets all scans at once as a BIDS dataset in /input and writes their masks as BIDS to /output; a mask that is missing is a failed scan.',
};

/** "exec, a container a scan" */
export function formatContract(rules: PhaseRules): string {
  return `${rules.contract.toLowerCase()}, ${CONTRACTS[rules.contract]}`;
}

export function contractSentence(rules: PhaseRules): string {
  return CONTRACT_SENTENCES[rules.contract];
}

export function formatLimits({ limits }: PhaseRules): string {
  const cpus = `${limits.cpus} ${limits.cpus === 1 ? 'CPU' : 'CPUs'}`;
  return `${cpus}, ${mebibytes(limits.memoryMib)}, ${limits.timeLimitSeconds} s a scan, no GPU, no network`;
}

export function formatInput(rules: PhaseRules): string {
  if (rules.contract === 'BATCH') return 'all T1 scans (.nii.gz) as a BIDS dataset, without metadata';
  const format = rules.inputFormat === 'MHA' ? '.mha' : '.nii.gz';
  return `one T1 scan (${format})${rules.givesMetadata ? '; site, chronicity and days after stroke where known' : ''}`;
}

export function formatOutput(rules: PhaseRules): string {
  if (rules.contract === 'BATCH') return 'a binary mask for each scan, on its grid, named as in BIDS';
  return `a binary mask on the same grid${rules.takesProbabilityMaps ? '; a map of lesion probability, if the algorithm has one' : ''}`;
}

/** Which walls stand around a container. */
export function formatGvisor(rules: PhaseRules): string {
  return rules.requiresGvisor ? 'under gVisor, or not at all' : 'under our seccomp profile';
}

export function formatKeptPredictions({ keepsPredictionsDays: days }: PhaseRules): string {
  if (days === 0) return 'deleted as soon as they are scored';
  return `kept for ${days} ${days === 1 ? 'day' : 'days'} after the evaluation, sealed to a runner’s key, to be scored again if a metric changes`;
}

/** Who reads what containers print. */
function formatLogs(kind: PhaseSummary['kind'], { keepsLogs }: PhaseRules): string {
  if (!keepsLogs) return 'no logs are kept';
  return kind === 'OPEN' ? 'logs of each scan' : 'logs go to the organizers alone';
}

/** What a team is told of its submission. */
export function formatDisclosure(kind: PhaseSummary['kind'], rules: PhaseRules): string {
  const logs = formatLogs(kind, rules);
  if (kind === 'OPEN') return `scores and faults of each scan, since its scans are open; ${logs}`;
  const means = `means to ${rules.decimals} ${rules.decimals === 1 ? 'decimal' : 'decimals'} and the number of failed scans`;
  if (!rules.showsCaseScores) return `${means}, no scores of single scans; ${logs}`;
  const places = Math.min(rules.decimals, MAX_CASE_DECIMALS);
  return `${means}; scores of single scans to ${places}, under ids drawn for the phase; ${logs}`;
}
