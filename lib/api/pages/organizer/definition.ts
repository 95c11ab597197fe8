import type { StoredDefinition } from '#lib/api/challenges/definitions.ts';
import type { ChallengeLogo } from '#lib/api/challenges.ts';
import type { QueueView } from '#lib/api/pages/organizer.ts';

/** The settings of a challenge, for its organizers. */
export interface DefinitionView extends Pick<QueueView, 'challenge' | 'asOf'>, StoredDefinition {
  /** Submissions of each phase by its slug. */
  submissions: Readonly<Record<string, number>>;
  logo: ChallengeLogo | null;
  /** Reviewers only read it. */
  viewerMayEdit: boolean;
}
