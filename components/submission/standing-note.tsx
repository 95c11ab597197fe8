import { UNRANKED } from '#components/format/standing.ts';
import type { Standing } from '#lib/api/submissions.ts';

/** Says of a submission that it isn't ranked, and why; nothing where it is. */
export function StandingNote({ standing, baseline }: { standing: Standing; baseline: string | null }) {
  if (standing === 'RANKED') return null;
  const { label, sentence } = UNRANKED[standing];
  const title = label[0]!.toUpperCase() + label.slice(1);
  return (
    <p>
      <b className={standing === 'LATE' ? 'warn' : undefined}>
        {baseline === null ? title : `${title} “${baseline}”`}.
      </b>{' '}
      {sentence}
    </p>
  );
}

/** The same in a list, beside the state. */
export function StandingUnit({ standing }: { standing: Standing }) {
  return standing === 'RANKED' ? null : (
    <span className={standing === 'LATE' ? 'unit warn' : 'unit'}>{UNRANKED[standing].label}</span>
  );
}
