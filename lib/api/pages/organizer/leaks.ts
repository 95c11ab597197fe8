import type { QueueView } from '#lib/api/pages/organizer.ts';
import type { Leak } from '#lib/domain/disclosure/ledger.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** The leak ledger of the organizers' console; not part of /api/v1. */
export interface LeaksView extends Pick<QueueView, 'challenge' | 'asOf'> {
  /** The hidden phases, for the filter. */
  phases: { slug: string; title: string }[];
  leaks: {
    phaseSlug: string;
    phaseTitle: string;
    disclosure: PhaseRules['disclosure'];
    isSealed: boolean;
    /** The most bits first: the first teams, or of a single phase a page of them. */
    entries: LeakEntry[];
    /** `after` of the neighboring pages; null without one, and `previous` is empty for the first. */
    previous: string | null;
    next: string | null;
  }[];
  /** Whether it is the page of a single phase. */
  isOnePhase: boolean;
}

/** Both are slugs: of a phase, and of the team that the page starts behind. */
export interface LeaksQuery {
  phase?: string | undefined;
  after?: string | undefined;
}

export interface LeakEntry extends Leak {
  team: { slug: string; name: string };
}
