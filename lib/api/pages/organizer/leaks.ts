import type { QueueView } from '#lib/api/pages/organizer.ts';
import type { Leak } from '#lib/domain/disclosure/ledger.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** The leak ledger of the organizers' console; not part of /api/v1. */
export interface LeaksView extends Pick<QueueView, 'challenge' | 'asOf'> {
  /** The hidden phases, for the filter. */
  phases: { slug: string; title: string }[];
  leaks: {
    phaseTitle: string;
    disclosure: PhaseRules['disclosure'];
    isSealed: boolean;
    /** The most bits first. */
    entries: LeakEntry[];
  }[];
}

export interface LeakEntry extends Leak {
  team: { slug: string; name: string };
}
