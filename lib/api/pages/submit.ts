import type { ArchiveKind, UploadedArchive } from '#lib/api/archives.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary, QuotaView } from '#lib/api/phases.ts';
import type { RegistrationState } from '#lib/api/registrations.ts';
import type { Question } from '#lib/domain/registrations/questions.ts';

/** The view of the submit page; not part of /api/v1. */
export interface SubmitView {
  challengeSlug: string;
  challengeTitle: string;
  synthetic: boolean;
  phases: PhaseSummary[];
  rules: PhaseRules[];
  /** Quota per phase slug for each of the viewer's teams (by slug). */
  quotas: Record<string, Record<string, QuotaView>>;
  /** What organizers granted one of these teams, in words. */
  exceptions: { phaseSlug: string; teamSlug: string; text: string }[];
  /** The viewer may submit to phases that haven't opened, with any of their teams. */
  rehearses: boolean;
  teams: {
    slug: string;
    name: string;
    registered: boolean;
    /** It has accepted the terms as they are now, or there are none. */
    acceptedTerms: boolean;
    /** null if the team hasn't registered. */
    registration: { state: RegistrationState; reason: string; group: string; createdAt: string } | null;
  }[];
  /** What the organizers ask a team that registers. */
  questions: Question[];
  /** What a team accepts, in Markdown; null for nothing. */
  terms: ChallengeView['terms'];
  needsApproval: boolean;
  /** Uploaded archives of each of the viewer's teams (by slug), latest first. */
  archives: Record<string, Record<ArchiveKind, UploadedArchive[]>>;
}
