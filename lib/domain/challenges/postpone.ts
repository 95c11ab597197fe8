import { dateText } from '#lib/domain/phases/fields.ts';
import type { PhaseDefinition } from '#lib/domain/phases/phase.ts';

const DAY_MS = 86_400_000;
const NOTICE_DAYS = 7;

/**
 * The same phases, moved by whole days so that none opens within a week: of a challenge that is copied, they may have
 * been over for years. Phases that open later stay.
 */
export function postponePhases(phases: readonly PhaseDefinition[], now: Date): PhaseDefinition[] {
  const first = Math.min(...phases.map(({ opensAt }) => Date.parse(opensAt)));
  const days = Math.max(0, Math.ceil((now.getTime() + NOTICE_DAYS * DAY_MS - first) / DAY_MS));
  const moved = (date: string) => dateText(new Date(Date.parse(date) + days * DAY_MS));
  return phases.map((phase) => ({
    ...phase,
    opensAt: moved(phase.opensAt),
    closesAt: moved(phase.closesAt),
  }));
}
