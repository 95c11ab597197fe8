import type { ChallengeView, PhaseRules } from '#lib/domain/views.ts';
import { labelOf } from '../board/metric-words.ts';
import { mebibytes } from '../format/quantity.ts';
import { counted } from '../format/time.ts';
import { currentPhase, scansOf } from './phase-words.ts';

const CONTRACTS: Readonly<Record<PhaseRules['contract'], string>> = {
  EXEC: 'a container a scan',
  INVOKE: 'one container, a request a scan',
  BATCH: 'one container, all scans at once',
};

export function contractWords(rules: PhaseRules): string {
  return `${rules.contract.toLowerCase()}, ${CONTRACTS[rules.contract]}`;
}

export function limitsWords({ limits }: PhaseRules): string {
  const cpus = `${limits.cpus} ${limits.cpus === 1 ? 'CPU' : 'CPUs'}`;
  return `${cpus}, ${mebibytes(limits.memoryMib)}, ${limits.timeLimitSeconds} s a scan, no GPU, no network`;
}

export function inputWords(rules: PhaseRules): string {
  const format = rules.inputFormat === 'MHA' ? '.mha' : '.nii.gz';
  return `one T1 scan (${format})${rules.givesMetadata ? '; site, chronicity and days after stroke where known' : ''}`;
}

/** The facts that a team asks for first, of the phase that counts now. */
export function Glance({ challenge }: { challenge: ChallengeView }) {
  const phase = currentPhase(challenge.phases);
  const rules = challenge.phaseRules.find((entry) => entry.phaseSlug === phase?.slug);
  const open = challenge.phases.filter((entry) => entry.status === 'open');
  const ranked = rules?.metrics.filter((entry) => entry.weight > 0) ?? [];
  const onBoard = challenge.leaders?.rows.length ?? 0;
  return (
    <section>
      <h2>At a glance</h2>
      <dl className="facts">
        <dt>Open now</dt>
        <dd>{open.length > 0 ? open.map((entry) => entry.title).join(', ') : 'no phase'}</dd>
        <dt>Teams</dt>
        <dd>
          {counted(challenge.teamCount, 'team')} registered{onBoard === 0 ? ', none on the board yet' : ''}
        </dd>
        {phase ? (
          <>
            <dt>Test set</dt>
            <dd>
              {scansOf(phase)} in {phase.title}
              {challenge.synthetic ? ', synthetic' : ''}
            </dd>
          </>
        ) : null}
        {rules ? (
          <>
            <dt>Input</dt>
            <dd>{inputWords(rules)}</dd>
            <dt>Output</dt>
            <dd>a binary mask on the same grid</dd>
            <dt>Ranked by</dt>
            <dd>
              {ranked.map((entry) => labelOf(entry.metric)).join(', ')}
              {ranked.length > 1 ? `; weighted mean of the ${ranked.length} ranks` : ''}
            </dd>
            <dt>Contract</dt>
            <dd>{contractWords(rules)}</dd>
            <dt>Limits</dt>
            <dd>{limitsWords(rules)}</dd>
            <dt>Quota</dt>
            <dd>
              {rules.submissionsPerDay} a day, {rules.submissionsTotal} in all; the{' '}
              {rules.counting === 'BEST' ? 'best' : 'latest'} one counts
            </dd>
          </>
        ) : null}
        <dt>Organizers</dt>
        <dd>{challenge.organizers.join(', ')}</dd>
      </dl>
    </section>
  );
}
