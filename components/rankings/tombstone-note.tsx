import { utcDate } from '#components/format/time.ts';
import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { TOMBSTONE_LABELS } from './tombstone-table.tsx';

/** On the page of a submission whose scores don't count any more. */
export function TombstoneNote({ tombstone }: { tombstone: SharedSubmissionView['tombstone'] }) {
  if (!tombstone) return null;
  const { kind, reason, at } = tombstone;
  return (
    <p className="refusal tombstone-note">
      <b>
        {kind === 'WITHDRAWN' ? 'Withdrawn' : 'Excluded'} on {utcDate(at)}:
      </b>{' '}
      {TOMBSTONE_LABELS[kind]}, so its scores don’t count. {reason}
    </p>
  );
}
