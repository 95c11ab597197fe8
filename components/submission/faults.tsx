import type { EvaluationView, SubmissionView } from '#lib/domain/views.ts';
import { counted } from '../format/time.ts';
import { Fault } from './fault.tsx';

/** Codes of faults that show themselves again when the same image runs on the team's own scans. */
const SEEN_BY_A_DRY_RUN: ReadonlySet<string> = new Set([
  'EXIT_NONZERO',
  'OUT_OF_MEMORY',
  'TIME_LIMIT',
  'PIDS_LIMIT',
  'NO_OUTPUT',
  'OUTPUT_TOO_LARGE',
  'OUTPUT_UNSAFE',
  'SHAPE',
  'AFFINE',
  'NOT_BINARY',
  'NOT_FINITE',
  'UNREADABLE',
]);

export function SubmissionFaults({
  submission,
  evaluation,
}: {
  submission: SubmissionView;
  evaluation: EvaluationView;
}) {
  const { fault, caseFaults } = evaluation;
  return (
    <>
      {fault ? (
        <section aria-labelledby="fault">
          <h2 id="fault">Why it failed</h2>
          <Fault fault={fault} message={fault.message} command={dryRun(submission, fault.code)} />
        </section>
      ) : null}
      {caseFaults.length > 0 ? (
        <section aria-labelledby="failed">
          <h2 id="failed">{headline(evaluation)}</h2>
          <p className="soft narrow-text">
            A failed scan ranks last and takes the worst value of every metric in the mean.{' '}
            {submission.phase.kind === 'OPEN'
              ? 'The scans of this phase are open, so you see which one failed and what your container printed.'
              : 'Which scan failed is not disclosed in a hidden phase. An open phase shows it, with the log.'}
          </p>
          {caseFaults.map((group) => (
            <Fault key={group.code} fault={group} command={dryRun(submission, group.code)} />
          ))}
        </section>
      ) : null}
    </>
  );
}

function headline(evaluation: EvaluationView): string {
  const { failed, caseCount } = evaluation;
  if (failed === caseCount) return `All ${caseCount} scans failed`;
  const others = caseCount - failed;
  return `${counted(failed, 'scan')} failed; the other ${others === 1 ? 'one still counts' : `${others} still count`}`;
}

/** The same sandbox on the team's machine, with this phase's limits. */
function dryRun(submission: SubmissionView, code: string): string | undefined {
  if (!SEEN_BY_A_DRY_RUN.has(code)) return undefined;
  const { limits } = submission.rules;
  return (
    `npm run -s heldout -- try ${submission.image.fileName} --data ./training` +
    ` --cpus ${limits.cpus} --memory-mib ${limits.memoryMib} --pids ${limits.pids}` +
    ` --time-limit-seconds ${limits.timeLimitSeconds} --output-mib ${limits.outputMib}`
  );
}
