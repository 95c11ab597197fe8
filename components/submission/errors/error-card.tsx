import { Preformatted } from '#components/ui/preformatted.tsx';
import type { CaseErrorGroup } from '#lib/api/evaluations.ts';
import { isPlatformErrorCode } from '#lib/domain/evaluations/codes.ts';
import { counted } from '#lib/domain/units.ts';
import { WithCode } from './with-code.tsx';

/** One error code: how often it occurred and its kind on the left, then its meaning and what to do. */
export function ErrorCard({
  error,
  message,
  keepsLogs = true,
}: {
  error: CaseErrorGroup;
  message?: string | null;
  keepsLogs?: boolean;
}) {
  const isPlatformError = isPlatformErrorCode(error.code);
  const cases = error.count > 0 ? `${counted(error.count, 'case')}, ` : '';
  return (
    <div className={isPlatformError ? 'error-card platform' : 'error-card'}>
      <div>
        <p className="code">{error.code}</p>
        <p className="small muted">
          {cases}
          {isPlatformError ? 'platform error' : 'submission error'}
        </p>
      </div>
      <div>
        <p>{error.meaning}</p>
        {message ? <Preformatted kind="log">{message}</Preformatted> : null}
        <ol className="instructions">
          {error.steps.map((step) => (
            <li key={step}>
              <WithCode text={step} />
            </li>
          ))}
        </ol>
        {error.cases.map((entry) => (
          <details key={entry.caseNumber}>
            <summary>
              Case {entry.caseNumber}
              {entry.message ? `: ${entry.message}` : ''}
              {entry.log ? ' (with log)' : ''}
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
