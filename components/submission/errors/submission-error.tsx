import { Preformatted } from '#components/ui/preformatted.tsx';
import type { CaseErrorGroup } from '#lib/api/evaluations.ts';
import { isPlatformErrorCode } from '#lib/domain/evaluations/codes.ts';
import { counted } from '#lib/domain/units.ts';
import { WithCode } from './steps-text.tsx';

/** What went wrong: code, how often and on whose side at the left; the sentence, then what to do. */
export function ErrorCard({
  error,
  message,
  keepsLogs = true,
}: {
  error: CaseErrorGroup;
  message?: string | null;
  keepsLogs?: boolean;
}) {
  const ours = isPlatformErrorCode(error.code);
  const scans = error.count > 0 ? `${counted(error.count, 'scan')}, ` : '';
  return (
    <div className={ours ? 'fault ours' : 'fault'}>
      <div>
        <p className="code">{error.code}</p>
        <p className="small muted">
          {scans}
          {ours ? 'our side' : 'your side'}
        </p>
      </div>
      <div>
        <p>{error.meaning}</p>
        {message ? <Preformatted kind="log">{message}</Preformatted> : null}
        <ol className="todo">
          {error.steps.map((step) => (
            <li key={step}>
              <WithCode text={step} />
            </li>
          ))}
        </ol>
        {error.cases.map((entry) => (
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
