import { utcDateTime } from '#components/format/time.ts';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { StoredWork } from '#lib/domain/test-sets/browser-sealing.ts';

/** What an earlier visit left: to be continued, or discarded. */
export function StoredWorkNotice({
  work,
  resume,
  discard,
}: {
  work: StoredWork;
  resume: () => void;
  discard: () => void;
}) {
  const { folder, sealedCases, cases, startedAt, isSealed } = work;
  return (
    <div className="done-note" role="status">
      <p>
        <b>
          {isSealed
            ? `All ${cases} cases of ${folder} are sealed, but not all is uploaded.`
            : `${sealedCases} of ${cases} cases of ${folder} are sealed.`}
        </b>{' '}
        Begun in this browser on {utcDateTime(startedAt)}.{' '}
        {isSealed ? 'The folder isn’t needed any more.' : 'Choose the same folder again to continue.'}
      </p>
      {isSealed ? (
        <p className="actions">
          <button type="button" className="btn primary" onClick={resume}>
            Continue the upload
          </button>
        </p>
      ) : null}
      <Confirmation label="Discard it">
        <p>The sealed cases are removed from this browser. Your folder stays as it is.</p>
        <button type="button" className="btn bad" onClick={discard}>
          Discard the sealed cases
        </button>
      </Confirmation>
    </div>
  );
}
