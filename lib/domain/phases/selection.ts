import { type EvaluationState, isFinal } from '#lib/domain/evaluations/state.ts';
import { zonedText } from '#lib/domain/zones.ts';
import type { PhaseRules } from './settings.ts';

interface Candidate {
  phase: Pick<PhaseRules, 'counting'> & { closesAt: Date; zone: string };
  standing: 'RANKED' | 'LATE' | 'BASELINE' | 'REHEARSAL';
  /** Of the latest attempt. */
  state: EvaluationState;
}

/**
 * Why a team can't select a submission to count now; null if it can. One that still waits or runs can be selected, so
 * that what is submitted shortly before the phase closes can count; until it has a score, the team's best does.
 */
export function selectionRefusal({ phase, standing, state }: Candidate, now: Date): string | null {
  if (phase.counting !== 'SELECTED') return 'In this phase, teams don’t select the submission that counts.';
  if (now >= phase.closesAt) {
    return `The phase closed at ${zonedText(phase.closesAt, phase.zone)}, so what counts can’t change any more.`;
  }
  if (standing !== 'RANKED') return 'It isn’t ranked, so it can’t count.';
  if (isFinal(state) && state !== 'SCORED') return 'It has no score, so it can’t count.';
  return null;
}
