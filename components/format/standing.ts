import type { Standing } from '#lib/api/submissions.ts';

/** Why a submission isn't ranked: beside its state in lists, and in sentences on its page. */
export const UNRANKED: Readonly<Record<Exclude<Standing, 'RANKED'>, { label: string; sentence: string }>> = {
  LATE: {
    label: 'late',
    sentence: 'Submitted after the phase had closed: it is scored, but not ranked.',
  },
  BASELINE: {
    label: 'baseline',
    sentence: 'A baseline of the organizers: on the leaderboard for comparison, and not ranked.',
  },
  REHEARSAL: {
    label: 'rehearsal',
    sentence:
      'Submitted by the organizers before the phase opens. Only organizers see it; when the phase opens, it is removed or becomes a baseline, as the phase says.',
  },
};
