import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import type { DisclosureRules } from '#lib/site/submissions/disclosure/disclose-evaluation.ts';

/** What a live phase with a hidden test set shows. */
export function disclosedPhase(over: Partial<DisclosureRules['phase']> = {}): DisclosureRules['phase'] {
  return {
    id: '00000000-0000-7000-8000-00000000000a',
    kind: 'HIDDEN',
    task: STROKE_T1,
    disclosure: 'LIVE',
    showsOwnScores: false,
    showsCaseScores: false,
    heldBackPercent: 0,
    revealedAt: null,
    ...over,
  };
}
