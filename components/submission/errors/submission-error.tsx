import { counted } from '#components/format/time.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { FaultGroup } from '#lib/api/views.ts';
import { isPlatformFaultCode } from '#lib/domain/evaluations/codes.ts';
import { WithCode } from './steps-text.tsx';

/** What went wrong: code, how often and on whose side at the left; the sentence, then what to do. */
export function Fault({
  fault,
  message,
  keepsLogs = true,
}: {
  fault: FaultGroup;
  message?: string | null;
  keepsLogs?: boolean;
}) {
  const ours = isPlatformFaultCode(fault.code);
  const scans = fault.count > 0 ? `${counted(fault.count, 'scan')}, ` : '';
  return (
    <div className={ours ? 'fault ours' : 'fault'}>
      <div>
        <p className="code">{fault.code}</p>
        <p className="small muted">
          {scans}
          {ours ? 'our side' : 'your side'}
        </p>
      </div>
      <div>
        <p>{fault.meaning}</p>
        {message ? <Preformatted kind="log">{message}</Preformatted> : null}
        <ol className="todo">
          {fault.steps.map((step) => (
            <li key={step}>
              <WithCode text={step} />
            </li>
          ))}
        </ol>
        {fault.cases.map((entry) => (
          <details key={entry.caseNumber}>
            <summary>
              Scan {entry.caseNumber}
              {entry.message ? `: ${entry.message}` : ''}
              {entry.log ? ' Its log' : ''}
            </summary>
            {entry.log ? (
              <Preformatted kind="log">{entry.log}</Preformatted>
            ) : (
              <p className="muted">
                {keepsLogs ? 'The container printed nothing.' : 'This phase keeps no logs.'}
              </p>
            )}
          </details>
        ))}
      </div>
    </div>
  );
}
