import { UNRANKED } from '#components/format/standing.ts';
import type { Standing } from '#lib/api/submissions.ts';

/** Says of a submission that it isn't ranked, and why; nothing where it is. */
export function StandingNote({ standing }: { standing: Standing }) {
  if (standing === 'RANKED') return null;
  const { label, sentence } = UNRANKED[standing];
  return (
    <p>
      <b className="warn">{label[0]!.toUpperCase() + label.slice(1)}.</b> {sentence}
    </p>
  );
}

/** The same in a list, beside the state. */
export function StandingUnit({ standing }: { standing: Standing }) {
  return standing === 'RANKED' ? null : <span className="unit warn">{UNRANKED[standing].label}</span>;
}
